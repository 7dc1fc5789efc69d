/** The default: the rights of users of Redis are written for its hash tag. */
export const PREFIX = "{volley}";

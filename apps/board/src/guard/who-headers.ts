/** By these the guard says who it is; whatever the client has sent by these names is not there any more. */
export const WHO_HEADERS = { name: "volley-board-who", role: "volley-board-role" } as const;

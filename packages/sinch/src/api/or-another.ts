/** One of these words, which an editor offers, or one that the provider adds tomorrow. */
export type OrAnother<Word extends string> = Word | (string & Record<never, never>);

/**
 * What a word or a phrase of a language does in a text.
 *
 * - `leave`: says by itself that somebody wants no more messages ("unsubscribe"). `stop`: does so where nothing else is to be
 *   stopped ("stop", "end"). `plain` and `likely`: phrases that say so surely ("leave me alone") or perhaps ("wrong number").
 * - `not`: turns what follows around. `noMore`: asks for no more of what it stands beside. `more`: "again", "any more".
 * - `message`: what we send. `list`: where we keep people. `contact`: what we do to them. `me`: whom we do it to.
 * - `remove`: with `me` or `list`. `withdraw`: with `consent`. `want`, `get`: with `not` and `message`.
 * - `object`: with `message`, `list` or `consent` says it in a lawyer's words. `tooMuch`: with `message` complains of how many; `annoying`:
 *   so does this, with it or alone. `refusal`: "no thanks", alone. `kin`: somebody else whom it may be meant for.
 * - `came`: with a negation before it something has not come. `unable`: a `not` of what somebody cannot do, or has not done.
 * - `other`: what else may be stopped, and what says that something else is meant. `noun`: after it "stop" is a thing.
 * - `told`: after it the word is what somebody else said ("reply STOP"). `this`: may be anything.
 * - `everyday`: a word with `leave` that is said of other things, too ("abmelden"). `alone`: a word with `stop` or `noMore` that, by
 *   itself, only may be meant ("alto", "no more").
 * - `against`: with it START is not asked for (a refusal, a question, somebody else).
 * - `doubt`: takes the certainty away. `filler`: changes nothing. `common`: only tells which language it is.
 */
export type WordClass =
  | "leave"
  | "stop"
  | "plain"
  | "likely"
  | "not"
  | "noMore"
  | "more"
  | "message"
  | "list"
  | "contact"
  | "me"
  | "remove"
  | "withdraw"
  | "consent"
  | "object"
  | "tooMuch"
  | "annoying"
  | "refusal"
  | "kin"
  | "came"
  | "unable"
  | "want"
  | "get"
  | "other"
  | "noun"
  | "told"
  | "this"
  | "doubt"
  | "filler"
  | "common"
  | "start"
  | "against"
  | "everyday"
  | "alone"
  | "help";

/**
 * The words of a language, each class as phrases with commas between them, accents as they are written. `*` at the end of a word
 * stands for any ending; `…` for up to three words.
 */
export type Words = Readonly<Partial<Record<WordClass, string>>>;

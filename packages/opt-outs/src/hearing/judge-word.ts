import {
  after,
  afterFillers,
  ahead,
  anyHas,
  between,
  has,
  hasOneOf,
  isAboutUs,
  isDoubtful,
  isFiller,
  isNegated,
  isOtherThing,
  NEAR,
  type Whole,
} from "./near.ts";
import type { Unit } from "./units.ts";
import type { WordClass } from "../words/word-class.ts";

/** What a word says of messages to come, by those around it; see `Judgement`. */
export type WordJudgement = "stop" | "bare" | "maybe" | "keep" | "nothing";

/** How words are judged that say something by themselves, by their classes. */
const JUDGES = {
  plain: judgePlain,
  likely: () => "maybe",
  leave: judgeLeave,
  stop: judgeStop,
  not: judgeNot,
  noMore: judgeNoMore,
  remove: judgeRemove,
  withdraw: judgeWithdrawal,
  object: judgeObject,
  tooMuch: judgeTooMuch,
  annoying: judgeAnnoying,
} satisfies Partial<Record<WordClass, (whole: Whole, place: number) => WordJudgement>>;

const SAYING = Object.keys(JUDGES) as (keyof typeof JUDGES)[];

/** What a wish is made of that says nothing of what is wished. */
const WISH = ["not", "noMore", "want", "more", "this", "get", "me"] as const;

/** In so few words "stop" is heard wherever it stands. */
const SHORT = 2;

const ORDER = ["stop", "bare", "maybe", "keep"] as const;

/** Judges the word or phrase at a place of a clause. */
export function judgeWord(whole: Whole, place: number): WordJudgement {
  const unit = whole.units[place] as Unit;
  if (!hasOneOf(unit, ...SAYING)) return "nothing";
  const judgements = new Set(SAYING.filter((kind) => has(unit, kind)).map((kind) => JUDGES[kind](whole, place)));
  return ORDER.find((each) => judgements.has(each)) ?? "nothing";
}

/** "Leave me alone"; "nunca mais", "plus rien" are denied a second time for good. */
function judgePlain(whole: Whole, place: number): WordJudgement {
  return isNegated(whole, place) && !has(whole.units[place], "more") ? "keep" : certainly(whole, place);
}

/** "I withdraw my consent". */
function judgeWithdrawal(whole: Whole, place: number): WordJudgement {
  return anyHas([whole.units[place] as Unit, ...after(whole, place)], "consent") ? "stop" : "nothing";
}

/** "You text way too much", "too many messages". */
function judgeTooMuch(whole: Whole, place: number): WordJudgement {
  return anyHas(near(whole, place), "message", "contact") ? "maybe" : "nothing";
}

/** "I object to direct marketing". */
function judgeObject(whole: Whole, place: number): WordJudgement {
  if (isNegated(whole, place)) return "nothing";
  const around = near(whole, place);
  if (anyHas(around, "message", "list", "consent", "contact")) return certainly(whole, place);
  return whole.hasOnly("object", "this", "me") ? "maybe" : "nothing";
}

/** "Das nervt", "sick of your texts". */
function judgeAnnoying(whole: Whole, place: number): WordJudgement {
  const isAll = whole.hasOnly("annoying", "this", "me", "message", "contact", "more", "tooMuch", "common");
  const isShort = whole.units.length <= NEAR && !whole.units.some(isOtherThing);
  return isAll || isShort || anyHas(near(whole, place), "message", "contact", "list") ? "maybe" : "nothing";
}

/** "Unsubscribe", "opt me out". */
function judgeLeave(whole: Whole, place: number): WordJudgement {
  if (isNegated(whole, place)) return isDoubtful(whole, place) ? "maybe" : "keep";
  if (has(whole.units[place], "everyday")) {
    const beside = judgeEveryday(whole, place);
    if (beside) return beside;
  }
  const next = after(whole, place, 2);
  const isOther = next.some(isOtherThing) && !anyHas(next, "message", "list", "me");
  return isOther || isOfKin(whole, place) || isOnTerms(whole) ? "maybe" : certainly(whole, place);
}

/** "Termin abmelden", "Baja California": said of something else, or of what nobody knows. */
function judgeEveryday(whole: Whole, place: number): "maybe" | "nothing" | null {
  const around = [...ahead(whole, place), ...after(whole, place)];
  if (anyHas(around, "message", "list", "contact")) return null;
  const isFirst = place === whole.first || (whole.units[place]?.isLoud ?? false);
  if (around.some(isOtherThing)) return isFirst || anyHas(around, "me") ? "maybe" : "nothing";
  const beside = around.filter((unit) => !isFiller(unit) && !hasOneOf(unit, ...SAYING, "me", "more", "want", "this"));
  return beside.length > 0 ? "maybe" : null;
}

/** "Stop", "stop texting me", "stop the bus". */
function judgeStop(whole: Whole, place: number): WordJudgement {
  const unit = whole.units[place] as Unit;
  const isCommon = hasOneOf(unit, "common", "remove");
  const behind = isCommon ? after(whole, place, NEAR + 1) : afterFillers(whole, place, NEAR + 1);
  if (isNegated(whole, place)) return isDoubtful(whole, place) && isAboutUs(behind) ? "maybe" : "keep";
  // In another sense it is an everyday word ("para", "remove").
  const isEveryday = isCommon || has(unit, "alone");
  if (isAboutUs(behind)) return has(unit, "remove") ? "nothing" : certainly(whole, place);
  if (behind.some(isOtherThing) || ahead(whole, place).some(isOtherThing)) return "nothing";
  if (!isEveryday && anyHas(ahead(whole, place), "message")) return certainly(whole, place);
  if (whole.hasOnly("stop", "leave", "more", "me", "this", "plain", "likely")) return judgeOnlyStop(whole, place);
  return isEveryday ? "nothing" : judgeLoneStop(whole, place);
}

/** With nothing beside it; "the end", "à la fin" and "halt so" are things people say. */
function judgeOnlyStop(whole: Whole, place: number): WordJudgement {
  const isThing = has(whole.units[place], "alone") || has(whole.units[place - 1], "noun");
  const isThis = anyHas(after(whole, place, NEAR + 1), "this");
  return isThing || isThis || isDoubtful(whole, place) ? "maybe" : "bare";
}

/** With words beside it that nobody knows. */
function judgeLoneStop(whole: Whole, place: number): WordJudgement {
  const isFirst = place === whole.first;
  const isThing = has(whole.units[place - 1], "noun") && !isFirst;
  if (whole.units[place]?.isLoud) return "maybe";
  return (isFirst || whole.units.length <= SHORT) && !isThing ? "maybe" : "nothing";
}

/** "Don't text me", "I don't want your messages". */
function judgeNot(whole: Whole, place: number): WordJudgement {
  const behind = after(whole, place, NEAR + 1);
  if (anyHas(behind, "stop", "leave") || isOfWhatCame(whole, place)) return "nothing";
  const around = [...ahead(whole, place), ...behind];
  // "I can't text", "you didn't call me": nothing is asked for.
  const isTold = has(whole.units[place], "unable") && !(anyHas(around, "me") && anyHas(around, "more"));
  const contact = isTold ? undefined : deniedFrom(whole, place, around).find((each) => has(each, "contact"));
  return (contact && judgeContact(whole, around)) ?? judgeWish(between(whole, place), around, contact);
}

/** "I don't have it, text me": what stands behind a comma is not denied, unless nothing else is. */
function deniedFrom(whole: Whole, place: number, around: readonly Unit[]): readonly Unit[] {
  const own = between(whole, place);
  const isSaid = own.some((unit) => unit !== whole.units[place] && !isFiller(unit));
  return isSaid ? around.filter((unit) => own.includes(unit)) : around;
}

function judgeContact(whole: Whole, around: readonly Unit[]): WordJudgement | undefined {
  const isOther = around.some(isOtherThing);
  if (anyHas(around, "me", "list") || (anyHas(around, "more") && !isOther)) return isOther ? "maybe" : "stop";
  return whole.hasOnly("not", "contact", "more") ? "stop" : undefined;
}

/**
 * @param own - between the commas
 * @param contact - what is denied of those around it
 */
function judgeWish(own: readonly Unit[], around: readonly Unit[], contact: Unit | undefined): WordJudgement {
  const isMore = anyHas(around, "more");
  // What is a message and a deed ("text") is a message only where there are to be no more of it.
  const isMessage = around.some((each) => has(each, "message") && (each !== contact || isMore));
  if (!anyHas(around, "want") || !(isMessage || (isMore && anyHas(around, "get")))) {
    // "I don't want that any more": of what, a person sees.
    return isLoneWish(own) ? "maybe" : "nothing";
  }
  return around.some(isOtherThing) ? "maybe" : "stop";
}

/** "I didn't get it, send it again": what is denied is that something came. */
function isOfWhatCame(whole: Whole, place: number): boolean {
  const said = after(whole, place).find((unit) => hasOneOf(unit, "contact", "want", "get", "came"));
  return has(said, "came") && !anyHas(near(whole, place), "want");
}

/** "I don't want it any more", "não quero receber" and nothing else. */
function isLoneWish(units: readonly Unit[]): boolean {
  const isOnly = units.every((unit) => isFiller(unit) || hasOneOf(unit, ...WISH));
  if (!isOnly || !anyHas(units, "want")) return false;
  return anyHas(units, "get") || (anyHas(units, "not") && anyHas(units, "more"));
}

/** "No more texts". */
function judgeNoMore(whole: Whole, place: number): WordJudgement {
  const behind = after(whole, place);
  const around = [...ahead(whole, place), whole.units[place] as Unit, ...behind];
  const isMessage = anyHas(behind, "message");
  if (anyHas(ahead(whole, place, 2), "came")) return "nothing";
  if (isMessage && whole.hasOnly("noMore", "more", "message")) return "stop";
  if (has(whole.units[place], "alone") && whole.hasOnly("noMore", "this")) return "maybe";
  const isMore = anyHas(around, "more");
  const isWanted = anyHas(around, "want", "contact");
  if (isMessage ? !(isMore || isWanted) : !(isMore && isWanted)) return "nothing";
  const own = between(whole, place);
  const others = around.filter(
    (each) =>
      own.includes(each) &&
      !isFiller(each) &&
      !hasOneOf(each, "noMore", "more", "message", "me", "want", "get", "contact", "not"),
  );
  if (others.length <= (isMessage ? 1 : 0)) return "stop";
  return isMessage && isMore && !others.some(isOtherThing) ? "maybe" : "nothing";
}

/** "Remove me", "delete my number". */
function judgeRemove(whole: Whole, place: number): WordJudgement {
  const around = [whole.units[place] as Unit, ...after(whole, place, NEAR + 1), ...ahead(whole, place)];
  const isUs = anyHas(around, "me", "list");
  if (isNegated(whole, place)) return isUs ? "keep" : "nothing";
  if (!isUs || between(whole, place).some(isOtherThing)) return "nothing";
  if (isOfKin(whole, place)) return "maybe";
  if (anyHas(around, "list")) return certainly(whole, place);
  const isAll = between(whole, place).every((each) => isFiller(each) || hasOneOf(each, "me", "remove"));
  return isAll ? certainly(whole, place) : "maybe";
}

/** "If you text me again I will opt out". */
function isOnTerms({ units, first }: Whole): boolean {
  return has(units[first], "doubt");
}

/** "Take my sister's number off". */
function isOfKin(whole: Whole, place: number): boolean {
  return anyHas([whole.units[place] as Unit, ...near(whole, place)], "kin");
}

function near(whole: Whole, place: number): readonly Unit[] {
  return [...ahead(whole, place), ...after(whole, place)];
}

function certainly(whole: Whole, place: number): WordJudgement {
  return isDoubtful(whole, place) ? "maybe" : "stop";
}

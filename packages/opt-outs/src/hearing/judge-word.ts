import {
  after,
  ahead,
  anyHas,
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

/** What a word says of messages to come, by those around it; see `Judgement`. */
export type WordJudgement = "stop" | "bare" | "maybe" | "keep" | "nothing";

/** Classes of words that say something by themselves. */
const SAYING = ["plain", "likely", "leave", "stop", "not", "noMore", "remove", "withdraw"] as const;

/** In so few words "stop" is heard wherever it stands. */
const SHORT = 2;

const ORDER = ["stop", "bare", "maybe", "keep"] as const;

/** Judges the word or phrase at a place of a clause. */
export function judgeWord(whole: Whole, place: number): WordJudgement {
  const unit = whole.units[place] as Unit;
  if (!hasOneOf(unit, ...SAYING)) return "nothing";
  const judgements = new Set<WordJudgement | false>([
    has(unit, "plain") && (isNegated(whole, place) ? "keep" : certainly(whole, place)),
    has(unit, "likely") && "maybe",
    has(unit, "leave") && judgeLeave(whole, place),
    has(unit, "stop") && judgeStop(whole, place),
    has(unit, "not") && judgeNot(whole, place),
    has(unit, "noMore") && judgeNoMore(whole, place),
    has(unit, "remove") && judgeRemove(whole, place),
    has(unit, "withdraw") && anyHas(after(whole, place), "consent") && "stop",
  ]);
  return ORDER.find((each) => judgements.has(each)) ?? "nothing";
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
  return isOther ? "maybe" : certainly(whole, place);
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
  const behind = after(whole, place, NEAR + 1);
  if (isNegated(whole, place)) return isDoubtful(whole, place) && isAboutUs(behind) ? "maybe" : "keep";
  // In another sense it is an everyday word ("para", "remove").
  const isEveryday = hasOneOf(unit, "common", "remove", "alone");
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
  if (anyHas(behind, "stop", "leave")) return "nothing";
  const around = [...ahead(whole, place), ...behind];
  const isOther = around.some(isOtherThing);
  const contact = around.find((each) => has(each, "contact"));
  if (contact) {
    if (anyHas(around, "me", "list") || (anyHas(around, "more") && !isOther)) return isOther ? "maybe" : "stop";
    if (whole.hasOnly("not", "contact", "more")) return "stop";
  }
  const isMore = anyHas(around, "more");
  // What is a message and a deed ("text") is a message only where there are to be no more of it.
  const isMessage = around.some((each) => has(each, "message") && (each !== contact || isMore));
  if (!anyHas(around, "want") || !(isMessage || (isMore && anyHas(around, "get")))) {
    // "I don't want that any more": of what, a person sees.
    return isLoneWish(whole) ? "maybe" : "nothing";
  }
  return isOther ? "maybe" : "stop";
}

/** "I don't want it any more", "não quero receber" and nothing else. */
function isLoneWish(whole: Whole): boolean {
  const { units } = whole;
  if (!whole.hasOnly("not", "noMore", "want", "more", "this", "get", "me") || !anyHas(units, "want")) return false;
  return anyHas(units, "get") || (anyHas(units, "not") && anyHas(units, "more"));
}

/** "No more texts". */
function judgeNoMore(whole: Whole, place: number): WordJudgement {
  const behind = after(whole, place);
  const around = [...ahead(whole, place), whole.units[place] as Unit, ...behind];
  const isMessage = anyHas(behind, "message");
  if (isMessage && whole.hasOnly("noMore", "more", "message")) return "stop";
  if (has(whole.units[place], "alone") && whole.hasOnly("noMore", "this")) return "maybe";
  const isMore = anyHas(around, "more");
  const isWanted = anyHas(around, "want", "contact");
  if (isMessage ? !(isMore || isWanted) : !(isMore && isWanted)) return "nothing";
  const others = around.filter(
    (each) => !isFiller(each) && !hasOneOf(each, "noMore", "more", "message", "me", "want", "get", "contact", "not"),
  );
  return others.length <= (isMessage ? 1 : 0) ? "stop" : "nothing";
}

/** "Remove me", "delete my number". */
function judgeRemove(whole: Whole, place: number): WordJudgement {
  const around = [whole.units[place] as Unit, ...after(whole, place, NEAR + 1), ...ahead(whole, place)];
  const isUs = anyHas(around, "me", "list");
  if (isNegated(whole, place)) return isUs ? "keep" : "nothing";
  if (!isUs || around.some(isOtherThing)) return "nothing";
  if (anyHas(around, "list")) return certainly(whole, place);
  return whole.hasOnly("me", "remove") ? "stop" : "maybe";
}

function certainly(whole: Whole, place: number): WordJudgement {
  return isDoubtful(whole, place) ? "maybe" : "stop";
}

import type { Words } from "./word-class.ts";

/** What is written, or understood, in every language. */
export const everywhere: Words = {
  leave: `unsub*, un subscribe, un sub, unsus*, unscub*, unscri*, optout, opt out, stopall, td,
    отписаться, отписка, отпиши*, 退订, 退訂, 配信停止*, 取消订阅, إلغاء الاشتراك, απεγγραφη, 수신거부, iptal, lopeta, peruuta, frameld, avmeld`,
  stop: `stop, stopp, arret, remove, 🛑, стоп, 停止, توقف, إيقاف, στοπ, ΣΤΟΠ, रोकें,
    停, 停止*, 해지, 중지, الغاء, قف, עצור, หยุด, отмена, скасувати, berhenti, zrušit, hủy, odjava, dur, ret, peru`,
  likely: "⛔, 🚫, ✋, 🖕, 拒收",
  alone: "ret, dur, peru, berhenti, zrušit, hủy, odjava",
  message: `sms, smses, spam, mms, newsletter, promo, promos, marketing, info,
    promotions`,
  list: "database, gdpr",
  filler: `ok, okay, k, hi, hallo, hello, all, sorry, plz, pls, thx, 🙏, 👍, ❤, ❤️, 😡, 🤬, 😠,
    ty, tks`,
  doubt: "lol, lmao, haha*, hihi*, jaja*, hehe*, rofl, xd, 😂, 🤣, 😆, 😄, 😅, 😜",
  start: "start, unstop, un stop, optin, opt in",
  help: "help, info",
};

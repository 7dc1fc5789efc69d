/** What people call their telephones, in one word. Accents and capitals are of no matter. */
export const PHONE_WORDS: readonly string[] = [
  // English, and what is the same everywhere
  ["phone", "telephone", "tel", "cell", "cellphone", "cellular", "mobile", "mob", "msisdn", "sms", "gsm", "whatsapp"],
  // German, Dutch, Danish, Norwegian, Swedish, Icelandic, Finnish, Estonian
  ["telefon", "handy", "mobil", "mobiltelefon", "telefoon", "mobiel", "tlf", "tfn", "sími", "farsími"],
  ["puhelin", "matkapuhelin", "kännykkä", "mobiiltelefon"],
  // French, Italian, Spanish, Portuguese
  ["téléphone", "portable", "telefono", "cellulare", "teléfono", "celular", "móvil", "telefone", "telemóvel"],
  // Polish, Czech, Slovak, Hungarian, Croatian, Romanian, Turkish, Lithuanian
  ["telefonu", "komórka", "komórkowy", "mobilní", "mobilný", "telefonní", "telefonszám", "mobitel", "cep", "telefonas"],
  // Greek, Russian, Ukrainian, Bulgarian, Serbian
  ["τηλέφωνο", "τηλεφώνου", "κινητό", "телефон", "телефона", "телефону", "мобильный", "мобілний", "тел", "моб"],
  // Arabic, Persian, Hebrew, Hindi
  ["هاتف", "الهاتف", "جوال", "الجوال", "موبايل", "تلفن", "موبایل", "טלפון", "נייד", "फ़ोन", "मोबाइल"],
  // Chinese, Japanese, Korean, Thai, Vietnamese, Indonesian
  ["手机", "手機", "电话", "電話", "携帯", "전화", "휴대폰", "โทรศัพท์", "มือถือ", "điện", "thoại", "telepon"],
].flat();

/** What stands beside such a word and changes nothing: `Mobile no.`, `Numéro de téléphone`, `電話番号`. */
export const FILLERS: readonly string[] = [
  ["number", "numbers", "no", "num", "nr", "nummer", "numero", "número", "numéro", "numer", "číslo", "broj", "szám"],
  ["numarası", "numeris", "αριθμός", "номер", "رقم", "شماره", "מספר", "नंबर", "号码", "號碼", "号", "番号", "번호"],
  ["หมายเลข", "เบอร์", "số", "nomor", "de", "di", "do", "da", "del", "du", "the", "e164"],
].flat();

/** Names that a column of phone numbers often has, and that of invoices, customers and parcels as well. */
export const VAGUE_NAMES: readonly string[] = ["number", "recipient", "to"];

import { describe, expect, it } from "@jest/globals";
import { findNumberColumn } from "./find-number-column.ts";

describe("findNumberColumn", () => {
  it.each(
    [
      ["number", "phone", "msisdn", "recipient", "to", "mobile", "tel", "telephone", "cell", "mobil", "telefon"],
      ["Phone number", "PhoneNumber", "phone_no", "Mobile No.", "Tel.", "MOBILE", "Cell phone", "phone1"],
      ["Handy", "Handynummer", "Mobiltelefonnummer", "Telefon-Nr.", "Mobilnr", "Telefoonnummer", "Matkapuhelin"],
      ["Téléphone", "Numéro de téléphone", "Teléfono móvil", "Número de celular", "Telefone", "Cellulare"],
      ["Numer telefonu", "Telefonní číslo", "Telefonszám", "Cep telefonu", "Номер телефона", "Κινητό τηλέφωνο"],
      ["电话号码", "手机", "携帯電話番号", "전화번호", "رقم الهاتف", "מספר טלפון", "मोबाइल नंबर", "Số điện thoại"],
    ].flat(),
  )("takes a column named %s", (name) => {
    expect(findNumberColumn(["Name", name, "Town"])).toMatchObject({ kind: "found", index: 1 });
  });

  it("does not try long names word by word", () => {
    expect(findNumberColumn([`${"cellphone".repeat(100_000)}x`])).toEqual({ kind: "none" });
  });

  it("knows a name whose accents are written apart", () => {
    expect(findNumberColumn(["Te\u0301le\u0301phone"])).toMatchObject({ kind: "found", index: 0 });
  });

  it.each([
    [
      ["Number", "Name", "Mobile"],
      [0, 2],
    ],
    [
      ["Phone", "Name", "Mobile"],
      [0, 2],
    ],
    [
      ["to", "recipient"],
      [0, 1],
    ],
    [
      ["phone 1", "phone 2", "number"],
      [0, 1, 2],
    ],
    [
      ["Telefonnummer", "Handy"],
      [0, 1],
    ],
  ])("does not choose among %j", (names, indexes) => {
    expect(findNumberColumn(names)).toEqual({ kind: "several", indexes });
  });

  it.each([
    "name",
    "",
    "Customer phone",
    "phone_id",
    "Phone model",
    "automobile",
    "Nummer",
    "Customer number",
    "Number of orders",
    "hotel",
    "mobility",
    "telegram",
    "Nr",
  ])("takes no column named %j for that of the numbers", (name) => {
    expect(findNumberColumn([name, "Town"])).toEqual({ kind: "none" });
  });

  it("has a rival in every other column where its name may mean another number", () => {
    expect(findNumberColumn(["", "Number", "Contact"])).toEqual({ kind: "found", index: 1, rivals: [0, 2] });
  });

  it("has a rival in columns that speak of phones where its own name is plain", () => {
    const names = ["Town", "Mobile", "Customer phone", "phoneOfBoss", "Contact", "Work tel"];
    expect(findNumberColumn(names)).toEqual({ kind: "found", index: 1, rivals: [2, 3, 5] });
  });
});

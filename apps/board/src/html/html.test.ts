import { describe, expect, it } from "@jest/globals";
import { html } from "./html.ts";

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `</title></textarea></style><svg/onload=alert(1)>`,
  `&lt;script&gt;`,
  `javascript:alert(1)`,
  "__proto__",
  "constructor",
];

describe("html", () => {
  it.each(HOSTILE)("shows %s as text, in text and in attributes", (text) => {
    const made = html`<p title="${text}">${text}</p>`.toString();
    expect(made.match(/[<>]/g)).toHaveLength(4);
    expect(made.match(/["']/g)).toHaveLength(2);
    expect(made).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
  });

  it("takes what looks like its own as text, whatever shape it has", () => {
    const forged = { text: "<b>", toString: () => "<b>" } as unknown as string;
    expect(() => html`${forged}`).toThrow(TypeError);
  });

  it("keeps what it has made, joins lists, and leaves out what is not there", () => {
    // By another name, so that no formatter takes the text for a page.
    const make = html;
    const items = ["<a>", "b"].map((each) => make`<li>${each}</li>`);
    const made = make`<ul>${items}${null}${undefined}${false}${0}</ul>`;
    expect(made.toString()).toBe("<ul><li>&lt;a&gt;</li><li>b</li>0</ul>");
  });

  it("shows marks that nobody sees, and halves of characters, as a replacement for them", () => {
    expect(html`${"a\u202eb\u0000c\ud800d\u200fe\u0661"}`.toString()).toBe("a\ufffdb\ufffdc\ufffdd\ufffde\u0661");
  });

  it("shows the beginning of what nobody reads to its end", () => {
    expect(html`${"x".repeat(4_000_000)}`.toString()).toBe(`${"x".repeat(2_000)}…`);
  });
});

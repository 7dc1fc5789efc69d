/** The one stylesheet. Colours have a contrast of at least 4.5 to 1 in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #17202b; --quiet: #566173; --line: #dce1e8; --link: #1a56b0;
  --good: #1a6b3c; --good-ground: #e2f4e9; --busy: #1a56b0; --busy-ground: #e3edfb;
  --warn: #80510a; --warn-ground: #fbeed3; --bad: #a3211f; --bad-ground: #fce6e4; --shade: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10151c; --card: #19202a; --ink: #e8edf4; --quiet: #a3afbf; --line: #2d3744; --link: #8ab8ff;
    --good: #7fdca4; --good-ground: #15301f; --busy: #8ab8ff; --busy-ground: #172a47;
    --warn: #f0c674; --warn-ground: #362a12; --bad: #ff9d97; --bad-ground: #3d1c1b; --shade: #212a36;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999px; padding: .5rem 1rem; background: var(--card); z-index: 2; }
.skip:focus { left: .5rem; top: .5rem; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .5rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: .4rem; font-weight: 700; color: var(--ink); text-decoration: none; padding: .35rem 0; }
.brand path { fill: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .35rem .65rem; border-radius: 6px; color: var(--ink); text-decoration: none; }
nav a:hover { background: var(--shade); }
nav a[aria-current] { background: var(--busy-ground); color: var(--busy); font-weight: 600; }
.who { margin-left: auto; display: flex; align-items: center; gap: .75rem; }
main { max-width: 78rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .4rem 0 .8rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem; margin: 0 0 1rem; min-width: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr)); gap: 1rem; align-items: start; }
.cards .card { margin: 0; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem; margin-bottom: .5rem; }
.quiet { color: var(--quiet); }
.small { font-size: .86rem; }
.badge { display: inline-block; padding: .08rem .55rem; border-radius: 99px; font-size: .84rem; font-weight: 600; border: 1px solid currentColor; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.busy { color: var(--busy); background: var(--busy-ground); }
.badge.warn { color: var(--warn); background: var(--warn-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.plain { color: var(--quiet); background: var(--shade); }
.notice { border-left: 4px solid var(--busy); background: var(--busy-ground); border-radius: 6px; padding: .6rem .9rem; margin: 0 0 1rem; }
.notice.bad { border-color: var(--bad); background: var(--bad-ground); }
.notice.warn { border-color: var(--warn); background: var(--warn-ground); }
.notice.good { border-color: var(--good); background: var(--good-ground); }
.notice p { margin: 0; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .7rem 1rem; margin: .3rem 0 .6rem; }
.fact dt { font-size: .82rem; color: var(--quiet); }
.fact dd { margin: 0; font-size: 1.12rem; font-weight: 600; overflow-wrap: anywhere; }
.fact dd.meaning { font-size: .78rem; font-weight: 400; color: var(--quiet); line-height: 1.35; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .93rem; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .82rem; }
th, td { padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td time { white-space: nowrap; }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
form.inline { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem .8rem; }
form.stack { display: grid; gap: .8rem; max-width: 26rem; }
label { display: grid; gap: .2rem; font-size: .86rem; color: var(--quiet); }
label.choice { display: flex; align-items: center; gap: .5rem; color: var(--ink); font-size: .95rem; }
input, select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--quiet); border-radius: 6px; padding: .4rem .55rem; min-width: 0; max-width: 100%; }
input[type=checkbox], input[type=radio] { width: 1.1rem; height: 1.1rem; accent-color: var(--link); }
button, .button { font: inherit; font-weight: 600; color: #fff; background: #1a56b0; border: 1px solid #1a56b0; border-radius: 6px; padding: .42rem .9rem; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .button:hover { filter: brightness(1.1); }
button.danger { background: #a3211f; border-color: #a3211f; }
button.plain, .button.plain { color: var(--link); background: transparent; border-color: var(--line); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .6rem 0; }
progress { width: 100%; max-width: 16rem; height: .7rem; vertical-align: middle; accent-color: var(--link); }
.share { font-size: .82rem; color: var(--quiet); white-space: nowrap; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--link); font-weight: 600; padding: .2rem 0; }
ol.story { list-style: none; margin: 0; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); }
ol.story li { position: relative; margin: 0 0 .6rem; }
ol.story li::before { content: ""; position: absolute; left: -1.48rem; top: .45rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--link); border: 2px solid var(--card); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: .8rem; margin: .6rem 0 1rem; }
figure { margin: 0; }
figcaption { font-size: .82rem; color: var(--quiet); }
svg.chart { width: 100%; height: 4.2rem; display: block; background: var(--shade); border-radius: 6px; }
svg.chart .area { fill: var(--busy); opacity: .28; }
svg.chart .line { fill: none; stroke: var(--busy); stroke-width: 1.6; vector-effect: non-scaling-stroke; }
svg.chart .limit { stroke: var(--bad); stroke-width: 1.4; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
svg.chart .good { fill: var(--good); } svg.chart .warn { fill: var(--warn); } svg.chart .bad { fill: var(--bad); }
.empty { text-align: center; padding: 2rem 1rem; color: var(--quiet); }
.empty strong { display: block; color: var(--ink); font-size: 1.05rem; }
.foot { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem 1.5rem; font-size: .82rem; color: var(--quiet); }
@media (max-width: 40rem) {
  .top { padding: .5rem .9rem; } main { padding: .9rem; } nav { order: 3; width: 100%; overflow-x: auto; }
  nav ul { flex-wrap: nowrap; } nav a { white-space: nowrap; } form.inline label { flex: 1 1 40%; }
}
@media (prefers-reduced-motion: no-preference) { button, nav a { transition: background .12s, filter .12s; } }
`;

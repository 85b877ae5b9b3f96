/** The page's only stylesheet. */
export const STYLE: string = `
:root { color-scheme: light dark; --ink: #1c2320; --soft: #66706b; --line: #dfe4e1; --ground: #fbfcfb; --band: #e8ece9;
  --good: #1d7a46; --bad: #b3341f; --same: #2d6391; --open: #8a6d1a; --before: #8b9590; --after: #1d7a46; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9e6; --soft: #97a29c; --line: #2f3733; --ground: #151a17; --band: #232b27;
  --good: #5cc58a; --bad: #f08a75; --same: #7db4e0; --open: #d9bb62; --before: #78837d; --after: #5cc58a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 900px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 34px; line-height: 1.15; margin: 0 0 6px; font-weight: 650; } h2 { font-size: 18px; margin: 40px 0 10px; font-weight: 620; }
p.lead, figcaption, .note { color: var(--soft); } p { margin: 6px 0; } code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.problem { border-left: 4px solid var(--bad); padding: 6px 14px; margin: 10px 0; background: var(--band); white-space: pre-wrap; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; margin: 8px 0; } figure { margin: 18px 0; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .tick { fill: var(--soft); } svg .name { font-size: 15px; font-weight: 600; } svg .verdict { font-weight: 600; font-size: 13px; }
.band { fill: var(--band); } .grid { stroke: var(--line); } .zero { stroke: var(--soft); } .interval { stroke-width: 3; stroke-linecap: round; } .pair { fill: var(--same); opacity: .65; } .pair.many { opacity: .4; }
.launch { fill: var(--soft); opacity: .09; } .launch-gain { stroke: var(--ink); stroke-width: 2; }
.faster { --k: var(--good); } .slower { --k: var(--bad); } .no-difference { --k: var(--same); } .inconclusive { --k: var(--open); } .mixed { --k: var(--bad); }
h1.faster, h1.slower, h1.no-difference, h1.inconclusive, h1.mixed { color: var(--k); } svg .verdict, .dot { fill: var(--k); } .interval { stroke: var(--k); }
.line { fill: none; stroke-width: 2; } .line.before { stroke: var(--before); } .line.after { stroke: var(--after); } .key { font-weight: 600; } .key.before { color: var(--before); } .key.after { color: var(--after); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child { text-align: left; overflow-wrap: anywhere; } thead th { color: var(--soft); font-weight: 500; white-space: nowrap; } tbody th { font-weight: 500; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
`;

/** Beside what every page has: a list at the side where there is room for one, above where there is not. */
export const STYLE = `
body { max-width: 82rem; } main { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 2.5rem; align-items: start; }
nav { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; font-size: .9rem; padding: 0 .25rem .25rem; }
nav label { margin-top: 0; } nav ul { columns: 1; list-style: none; margin: 0 0 .5rem; padding: 0 0 0 .9rem; } nav li { overflow-wrap: anywhere; }
nav a { display: block; padding: .15rem .3rem; text-decoration: none; } nav p a { display: inline; padding: 0; } nav a:hover { text-decoration: underline; }
nav a[aria-current] { background: var(--field); border-radius: .25rem; font-weight: 600; }
summary { cursor: pointer; padding: .2rem 0; } kbd { font: .85em ui-monospace, monospace; padding: 0 .3em; border: 1px solid var(--line); border-radius: .2rem; }
[hidden] { display: none !important; } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 1; }
article { padding: .25rem 0 1.5rem; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; } article:target h3 a { text-decoration: underline; text-decoration-thickness: .15em; }
h2 { scroll-margin-top: 1rem; padding-top: .5rem; } h3 { font-size: 1.1rem; } h3 a { color: inherit; text-decoration: none; } h3 a:hover { text-decoration: underline; } h4 { font-size: .9rem; margin: 1rem 0 .25rem; color: var(--soft); font-weight: 600; }
p { margin: .5rem 0; } .route { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; } .route b { font-size: .75rem; letter-spacing: .04em; padding: .1rem .45rem; border-radius: .25rem; border: 1px solid currentcolor; }
.get { color: var(--good); } .delete { color: var(--bad); } .post, .put, .patch { color: var(--mark); }
table { table-layout: fixed; } th { width: 34%; font-weight: 400; overflow-wrap: anywhere; } small { color: var(--soft); } .type { display: block; color: var(--soft); } article details, article > .hint { margin-top: .75rem; }
.either th { width: auto; color: var(--soft); padding-top: .75rem; }
pre { margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; } pre:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
@media (max-width: 56rem) { main { display: block; } nav { position: static; max-height: none; margin-bottom: 1.5rem; } }
@media (max-width: 34rem) { th, td { display: block; width: auto; border: 0; padding: .1rem 0; } td { padding-left: .9rem; } tr { display: block; padding: .3rem 0; border-bottom: 1px solid var(--line); } thead { display: none; } }
`

#include "formats/page.hpp"

namespace tenantscope {

std::string_view page_style() {
  return R"(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --line: #d0d7de; --link: #0550ae;
        --good: #116329; --bad: #a40e26; --mind: #7d4e00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --line: #30363d; --link: #79c0ff;
          --good: #56d364; --bad: #ff8a84; --mind: #e3b341; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 100rem; padding: 1rem; font: 1rem/1.45 system-ui, sans-serif;
       color: var(--ink); background: var(--paper); }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
p { margin: .3rem 0; }
small, .soft { color: var(--soft); font-size: .875rem; font-weight: normal; }
a { color: var(--link); }
nav ul, .counts, .plain { list-style: none; margin: .3rem 0; padding: 0; }
nav ul, .counts { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .8rem 0; }
input, select, button { font: inherit; padding: .25rem .5rem; min-width: 0; max-width: 100%; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding: .3rem 0; color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: .5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; }
th small, td small { display: block; }
.state { font-weight: 600; white-space: nowrap; }
.state::before { content: "\25CF\00A0"; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.mind { color: var(--mind); }
footer { margin-top: 2rem; border-top: 1px solid var(--line); }
@media (min-width: 75rem) {
  .wide { width: 34%; }
  tbody th { min-width: 12rem; }
  td { min-width: 7.5rem; }
  #pairs ~ table td { min-width: 10rem; }
}
@media (max-width: 75rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, caption, tbody, tr, th, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  th, td { border: 0; padding: .15rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
)";
}

}  // namespace tenantscope

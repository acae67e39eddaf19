/** The one style sheet of the desk: light and dark, from 320 px on, without anything from elsewhere. */
import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#17212b;--soft:#51606d;--line:#dde3ea;--edge:#7d8994;--accent:#1f4e79;--on-accent:#fff;--ok:#14592f;--ok-bg:#e4f3ea;--warn:#774600;--warn-bg:#fdf1dc;--bad:#a61b14;--bad-bg:#fdeae8;--grey-bg:#edf0f4}
@media (prefers-color-scheme:dark){:root{--bg:#11161c;--card:#1a222b;--ink:#e6ebf0;--soft:#a9b5c1;--line:#2c3742;--edge:#74818d;--accent:#8fc1ee;--on-accent:#11161c;--ok:#7ed3a1;--ok-bg:#14321f;--warn:#f2bd6b;--warn-bg:#3a2a0d;--bad:#ff9d94;--bad-bg:#431915;--grey-bg:#232d37}}
*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.45 system-ui,"Segoe UI","Noto Sans TC","Noto Sans CJK TC","Microsoft JhengHei","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
:lang(zh-Hans) body,body:lang(zh-Hans){font-family:system-ui,"Segoe UI","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
a{color:var(--accent)}p{margin:6px 0}
header{background:var(--card);border-bottom:1px solid var(--line)}
@media (min-height:600px){header{position:sticky;top:0;z-index:1}}
.bar{max-width:1120px;margin:auto;padding:10px 16px 0;display:flex;gap:4px 12px;align-items:center;flex-wrap:wrap}
.bar b{font-size:17px;margin-right:4px}
nav{max-width:1120px;margin:auto;padding:6px 10px;display:flex;gap:2px;overflow-x:auto;scrollbar-width:none}
nav::-webkit-scrollbar{display:none}
nav a{padding:10px;min-height:44px;border-radius:8px;text-decoration:none;color:var(--soft);white-space:nowrap}
nav a[aria-current]{background:var(--grey-bg);color:var(--ink);font-weight:600}
.as-of{margin-left:auto;color:var(--soft);font-size:14px}
.as-of.stopped{color:var(--bad);background:var(--bad-bg);border-radius:999px;padding:2px 10px;font-weight:600}
main{max-width:1120px;margin:auto;padding:16px;display:grid;gap:16px;grid-template-columns:minmax(0,1fr)}
main:focus{outline:none}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;z-index:3;background:var(--card);padding:12px}
.verdict{border-radius:14px;padding:16px 18px;border-left:8px solid var(--edge);background:var(--grey-bg)}
.verdict h1{margin:0 0 4px;font-size:24px;line-height:1.2}.verdict p{margin:4px 0}.verdict ul{margin:6px 0 0;padding-left:20px}
.verdict.ok{background:var(--ok-bg);border-color:var(--ok);color:var(--ink)}.verdict.warn{background:var(--warn-bg);border-color:var(--warn);color:var(--ink)}.verdict.bad{background:var(--bad-bg);border-color:var(--bad);color:var(--ink)}.verdict.grey{color:var(--ink)}
.old .verdict.ok{background:var(--grey-bg);border-color:var(--edge)}.old .pill.ok{color:var(--soft);background:var(--grey-bg)}.was{font-weight:600;color:var(--bad)}
h1{font-size:24px;line-height:1.2;margin:4px 0}
.cols,.stack{display:grid;gap:16px;grid-template-columns:minmax(0,1fr);align-content:start}
@media (min-width:860px){.cols{grid-template-columns:minmax(0,1.6fr) minmax(0,1fr)}}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 16px}
.card h2{margin:0 0 8px;font-size:17px;display:flex;gap:4px 8px;align-items:baseline;flex-wrap:wrap}.card h2 small,.soft{font-weight:400;color:var(--soft);font-size:14px}
.card h3{font-size:15px;margin:12px 0 4px}
.detail{color:var(--soft);font-weight:400;font-size:14px}
.n{font-variant-numeric:tabular-nums}
.pill{font-size:13px;font-weight:600;border-radius:999px;padding:2px 10px;display:inline-block}
.ok{color:var(--ok);background:var(--ok-bg)}.warn{color:var(--warn);background:var(--warn-bg)}.bad{color:var(--bad);background:var(--bad-bg)}.grey{color:var(--soft);background:var(--grey-bg)}
.rows{list-style:none;margin:0;padding:0}.rows>li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 12px;padding:10px 0;border-top:1px solid var(--line)}.rows>li:first-child{border-top:0}
.rows .name{font-weight:600}.rows .sub{grid-column:1/-1;color:var(--soft);font-size:14px}
.acts{display:flex;gap:8px;flex-wrap:wrap;margin-top:8px}.acts>a:not(.button){padding:11px 6px;min-height:44px}.acts:empty{display:none}.sub.acts+.sub{margin-top:8px}a.button{display:inline-flex;align-items:center}.text{white-space:pre-wrap}svg.narrow-picture{max-width:480px}
button,.button{font:inherit;min-height:44px;padding:8px 16px;border-radius:10px;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);cursor:pointer;text-decoration:none;display:inline-block}
button.second,.button.second{background:transparent;color:var(--accent)}button[disabled],[aria-busy=true] [type=submit]{opacity:.6;cursor:default}
label{display:block;margin:10px 0 0;font-size:14px;color:var(--soft)}
input,select,textarea{font:inherit;display:block;width:100%;min-height:44px;padding:8px 10px;margin-top:2px;border:1px solid var(--edge);border-radius:8px;background:var(--card);color:var(--ink)}
input[type=checkbox]{display:inline-block;width:22px;min-height:22px;height:22px;vertical-align:middle;margin:11px 8px 11px 0}
fieldset{border:1px solid var(--line);border-radius:8px;margin:10px 0 0;padding:4px 12px 12px}
summary{cursor:pointer;min-height:44px;padding:10px 0;color:var(--accent)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:15px}th{text-align:left;color:var(--soft);font-weight:600;font-size:14px}th,td{padding:8px 12px 8px 0;border-top:1px solid var(--line);vertical-align:top}thead th{border-top:0}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:4px 12px;margin:0;font-size:15px}dt{color:var(--soft)}dd{margin:0}
progress{width:100%;height:8px;display:block;border:0;border-radius:4px;background:var(--grey-bg);accent-color:var(--accent);overflow:hidden;appearance:none}
progress::-webkit-progress-bar{background:var(--grey-bg)}progress::-webkit-progress-value{background:var(--accent)}progress::-moz-progress-bar{background:var(--accent)}
svg{width:100%;display:block}svg[viewBox]{height:auto}svg text{font-size:13px;fill:var(--soft)}svg text.s-name{fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:4px}@media(max-width:600px){svg[viewBox] text{font-size:21px}}
.s-line{stroke:var(--line)}.s-window{fill:var(--grey-bg);stroke:var(--edge)}.s-late{fill:var(--bad-bg);stroke:var(--bad)}.s-here{fill:var(--ok)}.s-half{fill:var(--card);stroke:var(--warn);stroke-width:3}.s-now{stroke:var(--accent);stroke-width:2}svg text.s-now-text{fill:var(--accent)}.s-area{fill:var(--accent)}.s-volume{fill:none;stroke:var(--ok);stroke-width:6}.s-here-dots,.s-half-dots{fill:none;stroke:var(--ok);stroke-width:8;stroke-linecap:round}.s-half-dots{stroke:var(--warn)}
dialog{border:1px solid var(--edge);border-radius:14px;padding:18px;max-width:min(560px,calc(100vw - 24px));width:100%;background:var(--card);color:var(--ink)}
dialog::backdrop{background:rgba(0,0,0,.5)}dialog h2{margin:0 0 6px;font-size:20px}
.fault{border-left:4px solid var(--bad);background:var(--bad-bg);padding:8px 12px;border-radius:6px;color:var(--ink)}
.said{position:fixed;left:12px;right:12px;bottom:12px;z-index:2;max-width:720px;margin:auto;padding:12px 16px;border-radius:10px;background:var(--ok-bg);color:var(--ink);border:1px solid var(--ok);display:flex;gap:12px;align-items:center;justify-content:space-between}
.said button{white-space:nowrap;flex:none}.said:empty,[hidden]{display:none!important}
footer{max-width:1120px;margin:auto;padding:4px 16px 24px;color:var(--soft);font-size:14px;display:flex;gap:4px 16px;flex-wrap:wrap;align-items:center}
footer a,footer button.plain{padding:10px 4px;min-height:44px;display:inline-block;color:var(--accent)}
button.plain{background:none;border:0;text-decoration:underline;font-size:14px}
.narrow{max-width:420px;width:100%;justify-self:center}
:focus-visible{outline:3px solid #d99a00;outline-offset:2px}
@media print{header{position:static}nav,footer,button,.acts{display:none!important}.card{break-inside:avoid}}
`;

/** What a policy says of it: it stands in each page, and no other style does. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

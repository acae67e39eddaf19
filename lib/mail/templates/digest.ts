/** The digest of a run, as HTML and as text. */

/** A line of a list: its name, linked where there is a desk, and what is known of it. */
const name = (value: string) =>
  `<b>{{#link}}<a href="{{link}}" style="{{s.link}}">{{${value}}}</a>{{/link}}{{^link}}{{${value}}}{{/link}}</b>`;

const reportTable = `{{#rows}}
<tr><td style="{{s.line}}">${name('name')}<br>{{size}}{{#otherDate}} · {{otherDate}}{{/otherDate}}{{#places}} · {{share}}{{/places}}{{#amended}}<br><span style="{{s.remark}}"><b>{{amended}}</b></span>{{/amended}}{{#besides}}<br><span style="{{s.remark}}">{{beside}}</span>{{/besides}}{{#notLookedAgain}}<br><span style="{{s.remark}}">{{notLookedAgain}}</span>{{/notLookedAgain}}{{#unchecked}}<br><span style="{{s.remark}}">{{unchecked}}</span>{{/unchecked}}</td></tr>
{{/rows}}
{{#more}}<tr><td style="{{s.row}}"><span style="{{s.small}}">{{more}}</span></td></tr>
{{/more}}`;

const openTable = `<tr><td style="{{s.bad}}">{{heading}}</td></tr>
{{>openRows}}`;

const openRows = `{{#sentence}}<tr><td style="{{s.row}}">{{sentence}}</td></tr>
{{/sentence}}{{#rows}}<tr><td style="{{s.line}}">${name('shown')}{{#lines}}<br><span style="{{s.small}}">{{.}}</span>{{/lines}}</td></tr>
{{/rows}}
{{#more}}<tr><td style="{{s.row}}"><span style="{{s.small}}">{{more}}</span></td></tr>
{{/more}}`;

export const digestHtml = `{{#muted}}
<tr><td style="{{s.heading}}">{{heading}}</td></tr>
{{>openRows}}
{{/muted}}
{{#accounts}}
<tr><td style="{{s.account}}">{{title}}</td></tr>
{{#sentences}}<tr><td style="{{s.row}}">{{.}}</td></tr>
{{/sentences}}
{{#awaited}}
{{>openTable}}
{{/awaited}}
{{#failures}}
<tr><td style="{{s.bad}}">{{heading}}</td></tr>
{{#rows}}
<tr><td bgcolor="#fdf3f2" style="{{s.box}}">{{message}}<br><b>{{w.cure}}{{w.colon}}</b>{{cure}}<br><span style="{{s.small}}">{{about}}{{#details}}<br>{{.}}{{/details}}</span></td></tr>
{{/rows}}
{{#more}}<tr><td style="{{s.row}}"><span style="{{s.small}}">{{more}}</span></td></tr>
{{/more}}
{{/failures}}
{{#outstanding}}
{{>openTable}}
{{/outstanding}}
{{#quarantine}}
{{>openTable}}
{{/quarantine}}
{{#warned}}
<tr><td style="{{s.heading}}">{{heading}}</td></tr>
{{>openRows}}
{{/warned}}
{{#received}}
<tr><td style="{{s.heading}}">{{heading}}</td></tr>
{{>reportTable}}
{{/received}}
{{#late}}
<tr><td style="{{s.heading}}">{{heading}}</td></tr>
{{>reportTable}}
{{/late}}
{{#refused}}
{{>openTable}}
{{/refused}}
{{/accounts}}`;

export const digestPartials = { reportTable, openTable, openRows };

const reportLines = `{{#rows}}
- {{name}}{{#kind}} ({{kind}}){{/kind}}{{#amended}} [{{amended}}]{{/amended}}{{#unchecked}} [{{unchecked}}]{{/unchecked}}
  {{date}}, {{bytes}} bytes
  SHA-256 {{sha256}}
{{#notLookedAgain}}
  {{notLookedAgain}}
{{/notLookedAgain}}
{{#places}}
  {{file}}
{{/places}}
{{/rows}}
{{#more}}
  {{more}}
{{/more}}`;

const openLines = `{{heading}}:
{{#sentence}}
{{sentence}}
{{/sentence}}
{{#rows}}
- {{shown}}
{{#lines}}
  {{.}}
{{/lines}}
{{#sha256}}
  SHA-256 {{sha256}}
{{/sha256}}
{{/rows}}
{{#more}}
  {{more}}
{{/more}}`;

export const digestText = `{{#answer}}
{{answer}}
{{/answer}}
{{title}}
{{subtitle}}

{{#link}}
{{w.openDesk}}: {{link}}

{{/link}}
{{#muted}}
{{heading}}:
{{#rows}}
- {{shown}}
{{#lines}}
  {{.}}
{{/lines}}
{{/rows}}

{{/muted}}
{{#accounts}}
== {{title}} ==
{{#sentences}}
{{.}}
{{/sentences}}
{{#awaited}}

${openLines}
{{/awaited}}
{{#failures}}

{{heading}}:
{{#rows}}
- {{message}}
  {{w.cure}}: {{cure}}
  {{about}}
{{#details}}
  {{.}}
{{/details}}
{{/rows}}
{{#more}}
  {{more}}
{{/more}}
{{/failures}}
{{#outstanding}}

${openLines}
{{/outstanding}}
{{#quarantine}}

${openLines}
{{/quarantine}}
{{#warned}}

${openLines}
{{/warned}}
{{#received}}

{{heading}}:
${reportLines}
{{/received}}
{{#late}}

{{heading}}:
${reportLines}
{{/late}}
{{#refused}}

{{heading}}:
{{sentence}}
{{#rows}}
- {{shown}}: {{#lines}}{{.}}{{/lines}}
{{/rows}}
{{#more}}
  {{more}}
{{/more}}
{{/refused}}

{{/accounts}}
--
{{#footer}}
{{.}}
{{/footer}}
`;

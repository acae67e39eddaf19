/** The digest of a run, as HTML and as text. */

const reportTable = `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
<tr><th width="36%" style="{{s.head}}">{{w.report}}</th><th width="10%" style="{{s.head}}white-space:nowrap;">{{w.businessDate}}</th><th width="9%" style="{{s.headNumber}}">{{w.size}}</th><th width="11%" style="{{s.head}}">{{w.fingerprint}}</th><th width="34%" style="{{s.head}}">{{w.place}}</th></tr>
{{#rows}}
<tr>
<td style="{{s.cell}}"><div style="{{s.path}}">{{name}}</div>{{#kind}}<div style="{{s.inCell}}">{{kind}}</div>{{/kind}}{{#amended}}<div style="{{s.remark}}"><b>{{amended}}</b></div>{{/amended}}{{#notLookedAgain}}<div style="{{s.remark}}">{{notLookedAgain}}</div>{{/notLookedAgain}}{{#unchecked}}<div style="{{s.remark}}">{{unchecked}}</div>{{/unchecked}}</td>
<td style="{{s.cell}}white-space:nowrap;">{{date}}</td>
<td style="{{s.number}}" title="{{bytes}}">{{size}}</td>
<td style="{{s.cell}}white-space:nowrap;"><span style="{{s.mono}}" title="{{sha256}}">{{short}}</span></td>
<td style="{{s.cell}}">{{#places}}<div style="{{s.inCell}}">{{folder}}</div>{{#beside}}<div style="{{s.remark}}">{{beside}}</div>{{/beside}}{{/places}}</td>
</tr>
{{/rows}}
</table>
{{#more}}<div style="{{s.small}}padding:8px 10px;">{{more}}</div>{{/more}}`;

const openTable = `<div style="{{s.heading}}color:#b3261e;">{{heading}}</div>
{{#sentence}}<div style="{{s.sentence}}">{{sentence}}</div>
{{/sentence}}<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
{{#rows}}<tr><td style="{{s.cell}}"><div style="{{s.path}}">{{shown}}</div>{{#lines}}<div style="{{s.inCell}}{{s.path}}">{{.}}</div>{{/lines}}</td></tr>
{{/rows}}
</table>
{{#more}}<div style="{{s.small}}padding:8px 10px;">{{more}}</div>{{/more}}`;

export const digestHtml = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
{{#tiles}}<td width="25%" align="center" style="padding:10px 4px;"><div style="{{s.font}}font-size:26px;line-height:32px;font-weight:600;color:{{colour}};">{{n}}</div><div style="{{s.small}}">{{label}}</div></td>
{{/tiles}}
</tr></table>
{{#muted}}
<div style="{{s.heading}}">{{heading}}</div>
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
{{#rows}}<tr><td width="55%" style="{{s.cell}}{{s.path}}">{{shown}}</td><td style="{{s.cell}}">{{reason}}</td></tr>
{{/rows}}
</table>
{{/muted}}
{{#accounts}}
<div style="{{s.account}}">{{title}}</div>
{{#sentences}}<div style="{{s.sentence}}">{{.}}</div>
{{/sentences}}
{{#awaited}}
{{>openTable}}
{{/awaited}}
{{#failures}}
<div style="{{s.heading}}color:#b3261e;">{{heading}}</div>
{{#rows}}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px 0;"><tr><td width="4" bgcolor="#b3261e" style="background:#b3261e;"></td><td bgcolor="#fdf3f2" style="background:#fdf3f2;padding:10px 14px;">
<div style="{{s.font}}font-size:14px;line-height:20px;color:#1f2a37;word-break:break-word;">{{message}}</div>
<div style="{{s.font}}font-size:13px;line-height:19px;color:#1f2a37;"><b>{{w.cure}}{{w.colon}}</b>{{cure}}</div>
<div style="{{s.small}}{{s.path}}">{{about}}</div>
</td></tr></table>
{{/rows}}
{{#more}}<div style="{{s.small}}padding:4px 10px;">{{more}}</div>{{/more}}
{{/failures}}
{{#outstanding}}
{{>openTable}}
{{/outstanding}}
{{#quarantine}}
{{>openTable}}
{{/quarantine}}
{{#warned}}
<div style="{{s.heading}}">{{heading}}</div>
<div style="{{s.sentence}}">{{sentence}}</div>
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
{{#rows}}<tr><td style="{{s.cell}}"><div style="{{s.path}}">{{shown}}</div>{{#lines}}<div style="{{s.inCell}}{{s.path}}">{{.}}</div>{{/lines}}</td></tr>
{{/rows}}
</table>
{{#more}}<div style="{{s.small}}padding:8px 10px;">{{more}}</div>{{/more}}
{{/warned}}
{{#received}}
<div style="{{s.heading}}">{{heading}}</div>
{{>reportTable}}
{{/received}}
{{#late}}
<div style="{{s.heading}}">{{heading}}</div>
{{>reportTable}}
{{/late}}
{{#refused}}
<div style="{{s.heading}}color:#b3261e;">{{heading}}</div>
<div style="{{s.sentence}}">{{sentence}}</div>
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
{{#rows}}<tr><td style="{{s.cell}}{{s.path}}">{{shown}}</td><td style="{{s.cell}}">{{reason}}</td></tr>
{{/rows}}
</table>
{{#more}}<div style="{{s.small}}padding:8px 10px;">{{more}}</div>{{/more}}
{{/refused}}
{{/accounts}}`;

export const digestPartials = { reportTable, openTable };

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
{{/rows}}
{{#more}}
  {{more}}
{{/more}}`;

export const digestText = `{{#answer}}
{{answer}}
{{/answer}}
{{title}}
{{subtitle}}

{{#muted}}
{{heading}}:
{{#rows}}
- {{shown}}
  {{reason}}
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
- {{shown}}: {{reason}}
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

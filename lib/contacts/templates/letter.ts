/** A mail of sentences, facts and lists, as HTML and as text. */

export const letterHtml = `{{#sentences}}<div style="{{s.sentence}}">{{.}}</div>
{{/sentences}}
{{#lists}}
<div style="{{s.heading}}">{{heading}}</div>
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;border-top:1px solid #d5dce4;">
{{#rows}}<tr><td width="34%" style="{{s.cell}}{{s.words}}">{{what}}</td><td style="{{s.cell}}">{{#lines}}<div>{{.}}</div>{{/lines}}</td></tr>
{{/rows}}
</table>
{{#more}}<div style="{{s.small}}padding:8px 10px;">{{more}}</div>{{/more}}
{{/lists}}
{{#hasFacts}}<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;margin-top:14px;">
{{#facts}}<tr><th width="150" style="{{s.label}}">{{label}}</th><td style="{{s.value}}">{{value}}</td></tr>
{{/facts}}
</table>{{/hasFacts}}`;

export const letterText = `{{title}}
{{#subtitle}}{{subtitle}}{{/subtitle}}

{{#sentences}}
{{.}}
{{/sentences}}

{{#lists}}
{{heading}}:
{{#rows}}
- {{what}}
{{#lines}}
  {{.}}
{{/lines}}
{{/rows}}
{{#more}}
  {{more}}
{{/more}}

{{/lists}}
{{#facts}}
{{label}}: {{value}}
{{/facts}}

--
{{#footer}}
{{.}}
{{/footer}}
`;

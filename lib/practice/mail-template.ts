/** The mails of a session, as HTML and as text: what happens, what to do, and the facts behind it. */

export const mailHtml = `{{#lines}}<div style="{{s.sentence}}">{{.}}</div>
{{/lines}}
{{#hasFacts}}<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;margin-top:10px;">
{{#facts}}<tr><th width="150" style="{{s.label}}">{{label}}</th><td style="{{s.value}}">{{value}}</td></tr>
{{/facts}}
</table>{{/hasFacts}}
{{#hasReports}}<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;margin-top:14px;">
<tr><th style="{{s.head}}">{{label.report}}</th><th style="{{s.head}}">{{label.businessDate}}</th><th style="{{s.headNumber}}">{{label.bytes}}</th><th style="{{s.head}}">{{label.received}}</th></tr>
{{#reports}}<tr><td style="{{s.cell}}">{{name}}<div style="{{s.inCell}}">{{sha256}}</div></td><td style="{{s.cell}}">{{businessDate}}</td><td style="{{s.number}}">{{size}}</td><td style="{{s.cell}}">{{time}}</td></tr>
{{/reports}}
</table>{{/hasReports}}`;

export const mailText = `{{title}}
{{subtitle}}

{{#lines}}
{{.}}

{{/lines}}
{{#facts}}
{{label}}: {{value}}
{{/facts}}

{{#reports}}
{{name}}
  {{label.businessDate}} {{businessDate}}; {{label.bytes}} {{size}}; {{label.received}} {{time}}
  {{sha256}}
{{/reports}}

--
{{#footer}}
{{.}}
{{/footer}}
`;

/** The mails of a session, as HTML and as text: what happens, what to do, and the facts behind it. */

export const mailHtml = `{{#lines}}<tr><td style="{{s.row}}">{{.}}</td></tr>
{{/lines}}
{{#facts}}<tr><td style="{{s.line}}"><span style="{{s.small}}">{{label}}</span><br>{{value}}</td></tr>
{{/facts}}
{{#reports}}<tr><td style="{{s.line}}"><b>{{name}}</b><br><span style="{{s.small}}">{{label.businessDate}} {{businessDate}} · {{label.bytes}} {{size}} · {{label.received}} {{time}}</span></td></tr>
{{/reports}}`;

export const mailText = `{{title}}
{{subtitle}}

{{#link}}
{{link}}

{{/link}}
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

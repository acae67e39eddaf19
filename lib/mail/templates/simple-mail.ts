/** A mail of sentences, facts and lists, as HTML and as text. */

export const simpleMailHtml = `{{#sentences}}<tr><td style="{{s.row}}">{{.}}</td></tr>
{{/sentences}}
{{#lists}}
<tr><td style="{{s.heading}}">{{heading}}</td></tr>
{{#rows}}<tr><td style="{{s.line}}"><b>{{#link}}<a href="{{link}}" style="{{s.link}}">{{what}}</a>{{/link}}{{^link}}{{what}}{{/link}}</b>{{#lines}}<br>{{.}}{{/lines}}</td></tr>
{{/rows}}
{{#more}}<tr><td style="{{s.row}}"><span style="{{s.small}}">{{more}}</span></td></tr>
{{/more}}
{{/lists}}
{{#facts}}<tr><td style="{{s.line}}"><span style="{{s.small}}">{{label}}</span><br>{{value}}</td></tr>
{{/facts}}`;

export const simpleMailText = `{{title}}
{{#subtitle}}{{subtitle}}{{/subtitle}}

{{#link}}
{{w.openDesk}}: {{link}}

{{/link}}
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

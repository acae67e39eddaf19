/** The texts in Simplified Chinese. */
import type { Catalogue } from '../en/index.ts';
import acts from './acts.json' with { type: 'json' };
import cells from './cells.json' with { type: 'json' };
import delivery from './delivery.json' with { type: 'json' };
import demo from './demo.json' with { type: 'json' };
import desk from './desk.json' with { type: 'json' };
import errors from './errors.json' with { type: 'json' };
import mail from './mail.json' with { type: 'json' };
import nodes from './nodes.json' with { type: 'json' };
import practice from './practice.json' with { type: 'json' };
import reasons from './reasons.json' with { type: 'json' };
import reports from './reports.json' with { type: 'json' };
import runbook from './runbook.json' with { type: 'json' };
import weather from './weather.json' with { type: 'json' };

export const zhHans: Catalogue = {
  ...acts,
  ...cells,
  ...delivery,
  ...demo,
  ...desk,
  ...errors,
  ...mail,
  ...nodes,
  ...practice,
  ...reasons,
  ...reports,
  ...runbook,
  ...weather,
};

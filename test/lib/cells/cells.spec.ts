/** Every reader of cells with what people type and paste: what it means, or the fault. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  entriesOf,
  explain,
  type Reader,
  readAddress,
  readDate,
  readDays,
  readDeskAddress,
  readDomain,
  readFilePath,
  readFolders,
  readHostKey,
  readHours,
  readMegabytes,
  readMinutes,
  readMoment,
  readPath,
  readPattern,
  readPeople,
  readPort,
  readRate,
  readSeconds,
  readSender,
  readServer,
  readTelephone,
  readTime,
  readTimes,
  readTimetable,
  readUser,
  readWebAddress,
  readWeekday,
  readWhole,
  readWholeDays,
  within,
} from '../../../lib/cells/index.ts';
import type { FaultKind } from '../../../lib/cells/texts.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { runs } from '../../support/runs.ts';

/** A fault is expected by its kind, a value as it is. */
const fault = (kind: FaultKind) => ({ kind });

function table<T>(read: Reader<T>, rows: readonly (readonly [string, unknown])[]): void {
  for (const [text, expected] of rows) {
    it(`${JSON.stringify(text)}`, () => {
      const reading = read(text);
      if (typeof expected === 'object' && expected !== null && 'kind' in expected) {
        assert.equal('fault' in reading ? reading.fault.kind : JSON.stringify(reading.value), expected.kind);
      } else assert.deepEqual(reading, { value: expected });
    });
  }
}

const fingerprint = 'N/t95Ri3XlpJJzVDQKoMP0ALupWLVN/RNwGlkBb/suE';
const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIHPGkp4xkCSpAL17PMeib88+6KfNzOmXEp+6wqv3t7Kp';
const md5 = 'aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99';

describe('A cell of', () => {
  describe('a service on the web', () => {
    table(readWebAddress, [
      ['https://ops.example/hook?a=1', 'https://ops.example/hook?a=1'],
      ['“https://ops.example/”', 'https://ops.example/'],
      ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
      ['http://[::1]/', 'http://[::1]/'],
      ['http://localhost/', 'http://localhost/'],
      ['http://localhost.example/', fault('web')],
      ['http://127.0.0.1.example/', fault('web')],
      ['https://me:secret@ops.example/', fault('web')],
      ['https://me@ops.example/', fault('web')],
      ['ops.example', fault('web')],
      ['file:///etc/passwd', fault('web')],
      ['', fault('web')],
    ]);
  });

  describe('the address of the desk', () => {
    table(readDeskAddress, [
      ['https://rap.example:1880/rap-ops/', 'https://rap.example:1880/rap-ops'],
      ['https://rap.example/rap-ops/alarms?x=1#alarm-3', 'https://rap.example/rap-ops'],
      ['  “http://10.1.2.3:1880/#flow/1a2b”\n', 'http://10.1.2.3:1880/rap-ops'],
      ['<https://RAP.example/editor/>', 'https://rap.example/editor/rap-ops'],
      ['ｈｔｔｐｓ://rap.example/a/rap-ops/report/12', 'https://rap.example/a/rap-ops'],
      ['https://rap.example/rap-ops-old/x', 'https://rap.example/rap-ops-old/x/rap-ops'],
      ['http://[::1]:1880', 'http://[::1]:1880/rap-ops'],
      ['rap.example:1880', fault('desk')],
      ['https://me:secret@rap.example/', fault('desk')],
      ['https:///rap-ops', fault('desk')],
      ['ftp://rap.example/', fault('desk')],
      ['javascript:alert(1)', fault('desk')],
      ['https://a b/', fault('desk')],
    ]);
  });

  describe('a telephone number', () => {
    table(readTelephone, [
      ['2979-7111', '2979-7111'],
      [' +852 2979 7111 ', '+852 2979 7111'],
      ['２９７９７１１１', '29797111'],
      ['ext. 5', fault('telephone')],
      ['', fault('telephone')],
    ]);
  });

  describe('a port', () => {
    table(readPort, [
      ['18801', 18801],
      [' 22 ', 22],
      ['18 801', 18801],
      ['18,801', 18801],
      ['18801.0', 18801],
      ['１８８０１', 18801],
      ['"22"', 22],
      ['', fault('whole')],
      ['0', fault('range')],
      ['70000', fault('range')],
      ['0x10', fault('whole')],
      ['1e3', fault('whole')],
      ['1.000', fault('whole')],
      ['18,80', fault('whole')],
      ['1 8801', fault('whole')],
      ['18801/tcp', fault('whole')],
      ['-1', fault('whole')],
    ]);
  });

  describe('a time span', () => {
    table(readSeconds, [
      ['30', 30],
      ['30 s', 30],
      ['30 sec.', 30],
      ['5m', 300],
      ['５ 分鐘', 300],
      ['1 h', 3600],
      ['500ms', 0.5],
      ['0.25', 0.25],
      ['1,000', 1000],
      ['1m30s', fault('unit')],
      ['5:00', fault('unit')],
      ['soon', fault('number')],
      ['', fault('number')],
    ]);
    table(readMinutes, [
      ['30', 30],
      ['1 hour', 60],
      ['90 seconds', 1.5],
    ]);
    table(readHours, [
      ['24', 24],
      ['2 days', 48],
      ['30 min', 0.5],
    ]);
    table(readDays, [
      ['10', 10],
      ['10 天', 10],
      ['36 h', 1.5],
    ]);
    table(readWholeDays(1, 20), [
      ['10 days', 10],
      ['36 h', fault('whole')],
      ['21', fault('range')],
    ]);
    table(within(0, 600, readSeconds), [
      ['10 min', 600],
      ['11 min', fault('range')],
    ]);
  });

  describe('a size or a rate', () => {
    table(readMegabytes, [
      ['10', 10],
      ['10 MB', 10],
      ['2 GB', 2048],
      ['512 KiB', 0.5],
      ['1,024', 1024],
      ['10 bananas', fault('unit')],
    ]);
    table(readRate, [
      ['500', 500],
      ['500 KB/s', 500],
      ['2 MB/s', 2000],
      ['500 kbps', fault('unit')],
      ['500 kbit/s', fault('unit')],
    ]);
    table(readTimetable, [
      ['', []],
      [
        '09:00-16:30 500; 22:00 - 01:00 2000 ;',
        [
          { from: '09:00', to: '16:30', kilobytes: 500 },
          { from: '22:00', to: '01:00', kilobytes: 2000 },
        ],
      ],
      [
        '9 AM to 4:30 PM 1,500 KB/s, 17:00–24:00 2 MB/s',
        [
          { from: '09:00', to: '16:30', kilobytes: 1500 },
          { from: '17:00', to: '24:00', kilobytes: 2000 },
        ],
      ],
      [
        '09:00至16：30 500；22:00~23:00 1',
        [
          { from: '09:00', to: '16:30', kilobytes: 500 },
          { from: '22:00', to: '23:00', kilobytes: 1 },
        ],
      ],
      ['fast', fault('period')],
      ['09:00-16:30', fault('period')],
      ['9-16 500', fault('time')],
      ['09:00-25:00 500', fault('time')],
      ['09:00-16:30 slow', fault('number')],
    ]);
  });

  describe('an address', () => {
    table(readAddress(), [
      ['10.243.2.141', { host: '10.243.2.141' }],
      ['10.243.2.141:18801', { host: '10.243.2.141', port: 18801 }],
      ['sftp://10.243.2.141', { host: '10.243.2.141' }],
      ['SFTP://10.243.2.141:18801/', { host: '10.243.2.141', port: 18801 }],
      ['10.243.2.141/', { host: '10.243.2.141' }],
      ['host ', { host: 'host' }],
      ['\u200b10.243.2.141\u00a0', { host: '10.243.2.141' }],
      ['１０．２４３．２．１４１', { host: '10.243.2.141' }],
      ['10。243。2。141：18801', { host: '10.243.2.141', port: 18801 }],
      ['10.243.2.141\t18801', { host: '10.243.2.141', port: 18801 }],
      ['10.243.2.141 18801', { host: '10.243.2.141', port: 18801 }],
      ['"10.243.2.141"', { host: '10.243.2.141' }],
      ['<10.243.2.141>', { host: '10.243.2.141' }],
      ['[10.243.2.141]:18801', { host: '10.243.2.141', port: 18801 }],
      ['RAP1.Example.', { host: 'rap1.example' }],
      ['rap_1.hk', { host: 'rap_1.hk' }],
      ['[::1]:22', { host: '::1', port: 22 }],
      ['[FE80::1%eth0]', { host: 'fe80::1%eth0' }],
      ['::1', { host: '::1' }],
      ['', fault('noAddress')],
      ['http://10.243.2.141', fault('scheme')],
      ['B01234@10.243.2.141', fault('userInAddress')],
      ['sftp://b@10.243.2.141', fault('userInAddress')],
      ['10.243.2.141/INBOX', fault('folderInAddress')],
      ['\\\\10.243.2.141', fault('folderInAddress')],
      ['10.243. 2.141', fault('blankInside')],
      ['10.243.2.141, 10.243.2.142', fault('severalAddresses')],
      ['10.243.2.141；', { host: '10.243.2.141' }],
      ['10.243.2.141,', { host: '10.243.2.141' }],
      ['10.243.2.141\n10.243.2.142', fault('severalAddresses')],
      // Some systems read three numbers as 10.243.0.2, and a zero in front as a number to the base of eight.
      ['10.243.2', fault('notAnIp')],
      ['010.243.2.141', fault('notAnIp')],
      ['10.243.2.256', fault('notAnIp')],
      ['10.243.2.141-142', fault('notAnIp')],
      ['rap.example.7', fault('notAHost')],
      ['10-243-2-141.example', { host: '10-243-2-141.example' }],
      ['10.243.2.141:18801:22', fault('notAnIp')],
      ['a:b:c', fault('notAHost')],
      ['*.example', fault('notAHost')],
      ['-x.hk', fault('notAHost')],
      ['host:99999', fault('notAPort')],
      ['host:ssh', fault('notAPort')],
    ]);

    it('names its port once, or twice the same', () => {
      assert.deepEqual(readServer('host', ''), { value: { host: 'host' } });
      assert.deepEqual(readServer('host', '22'), { value: { host: 'host', port: 22 } });
      assert.deepEqual(readServer('host:22', '22'), { value: { host: 'host', port: 22 } });
      const two = readServer('host:2222', '22');
      assert.equal('fault' in two && two.fault.kind, 'otherPort');
    });
  });

  describe('a user or a domain', () => {
    table(readUser, [
      [' Ｂ０１２３４ ', 'B01234'],
      ['B01234\u200b', 'B01234'],
      ['B01234.OPS1', 'B01234.OPS1'],
      ['B01234 OPS', fault('blankInside')],
      ['', fault('noUser')],
    ]);
    table(readDomain, [
      ['broker.example', 'broker.example'],
      ['@Broker.Example', 'broker.example'],
      ['*.broker.example', fault('domain')],
      ['ops@broker.example', fault('domain')],
      ['https://broker.example', fault('domain')],
    ]);
  });

  describe('a time', () => {
    table(readTime, [
      ['21:30', '21:30'],
      ['9:30', '09:30'],
      ['09:30:00', '09:30'],
      ['09.30', '09:30'],
      ['0930', '09:30'],
      ['21：30', '21:30'],
      ['２１：３０', '21:30'],
      ['9:30 PM', '21:30'],
      ['9:30 p.m.', '21:30'],
      ['9 PM', '21:00'],
      ['12:00 AM', '00:00'],
      ['12:30 pm', '12:30'],
      ['下午 9時30分', '21:30'],
      ['凌晨12:30', '00:30'],
      ['21时', '21:00'],
      ['21:30 HKT', '21:30'],
      ['2130hrs', '21:30'],
      ['21:30 Hrs.', '21:30'],
      ['2130H', '21:30'],
      ['09:30:00.000', '09:30'],
      ['9 hrs', fault('time')],
      ['9:5', fault('minutes')],
      ['24:00', fault('midnight')],
      ['晚上12點', fault('time')],
      ['13:30 AM', fault('time')],
      ['9', fault('time')],
      ['25:00', fault('time')],
      ['9:60', fault('time')],
      ['09:30:15', fault('time')],
      ['0.895833', fault('time')],
      ['noon', fault('time')],
      ['21:30 UTC', fault('zone')],
      ['', fault('time')],
    ]);
    table(readTimes, [
      ['21:30', ['21:30']],
      ['07:00, 21:30', ['07:00', '21:30']],
      ['07:00 21:30', ['07:00', '21:30']],
      ['7:00；9:30 PM', ['07:00', '21:30']],
      ['7 AM, 9:5', fault('minutes')],
    ]);
  });

  describe('a date', () => {
    table(readDate, [
      ['2026-06-20', '2026-06-20'],
      ['2026/6/20', '2026-06-20'],
      ['20260620', '2026-06-20'],
      ['2026年6月20日（六）', '2026-06-20'],
      ['20/06/2026', '2026-06-20'],
      ['06/20/2026', '2026-06-20'],
      ['6.6.2026', '2026-06-06'],
      ['20-Jun-2026', '2026-06-20'],
      ['Saturday, 20 June 2026', '2026-06-20'],
      ['June 20th, 2026', '2026-06-20'],
      ['06/07/2026', fault('twoDates')],
      ['0026-06-20', fault('date')],
      ['20/6/0026', fault('date')],
      ['2 Jan 0202', fault('date')],
      ['Sun 20 Jun 2026', fault('otherWeekday')],
      ['2026-02-30', fault('date')],
      ['20/06/26', fault('date')],
      ['', fault('date')],
    ]);
    table(readMoment, [
      ['2026-06-20 8:00', '2026-06-20 08:00'],
      ['20/6/2026 8:00 AM', '2026-06-20 08:00'],
      ['8:00 AM, 20 June 2026', '2026-06-20 08:00'],
      ['2026年6月20日上午8:00', '2026-06-20 08:00'],
      ['2026-06-20T08:00:00+08:00', '2026-06-20 08:00'],
      ['2026-06-20 08:00:30', '2026-06-20 08:00:30'],
      ['2026-06-20  08：00', '2026-06-20 08:00'],
      ['6/7/2026 8:00', fault('twoDates')],
      ['2026-06-20T08:00:00.000+08:00', '2026-06-20 08:00'],
      ['2026-06-20 0800 hrs', '2026-06-20 08:00'],
      ['2026-06-20T08:00Z', fault('zone')],
      ['2026-06-20T00:00:00.000Z', fault('zone')],
      ['2026-06-20 24:00', fault('midnight')],
      ['2026-06-20 8:5', fault('minutes')],
      ['2026-06-20', fault('moment')],
      ['08:00', fault('moment')],
    ]);
    table(readWeekday, [
      ['saturday', 'Saturday'],
      ['Thurs', 'Thursday'],
      ['週六', 'Saturday'],
      ['礼拜天', 'Sunday'],
      ['Sa', fault('weekday')],
      ['Saturday, Sunday', fault('weekday')],
    ]);
  });

  describe('a cron pattern', () => {
    table(readPattern, [
      ['30 21 * * 1-5', '30 21 * * 1-5'],
      ['30\t21\t*\t*\t1-5', '30 21 * * 1-5'],
      ['30  21 * * MON-FRI', '30 21 * * MON-FRI'],
      ['０　３０　２１　＊　＊　＊', '0 30 21 * * *'],
      ['"30 21 15W,L * *"', '30 21 15W,L * *'],
      ['30 21 * * 5#2', '30 21 * * 5#2'],
      ['0 30 21 ? * MON-FRI', '0 30 21 ? * MON-FRI'],
      ['0 30 21 ? * MON-FRI *', '0 30 21 ? * MON-FRI'],
      ['@daily', '0 0 * * *'],
      ['@Hourly', '0 * * * *'],
      ['@reboot', fault('pattern')],
      ['30 21 * *', fault('fewFields')],
      ['every day', fault('fewFields')],
      ['2030-01-01T00:00:00', fault('fewFields')],
      ['30 21 * * 1-5 /usr/bin/rap', fault('command')],
      ['30 21 * * 1-5 root rap fetch', fault('command')],
      ['30 21 * * MON-FRI 2026', fault('year')],
      ['0 30 21 ? * MON-FRI 2026', fault('year')],
      ['0 30 21 ? * 2-6', fault('quartzDays')],
      ['*/15 7-21 * * 7', '*/15 7-21 * * 7'],
      ['0-59/20 0,23 31 12 0', '0-59/20 0,23 31 12 0'],
      ['60 21 * * *', fault('range')],
      ['30 24 * * *', fault('range')],
      ['30 21 0 * *', fault('range')],
      ['30 21 * 1-13 *', fault('range')],
      ['30 21 * * 8', fault('range')],
      ['0 0 60 21 * *', fault('range')],
    ]);
  });

  describe('people', () => {
    const chan = { name: 'Chan, Tai Man', email: 'tm.chan@broker.example' };
    const bo = { name: '', email: 'bo@broker.example' };
    table(readPeople, [
      ['tm.chan@broker.example', [{ ...chan, name: '' }]],
      ['Chan, Tai Man <tm.chan@broker.example>', [chan]],
      ['"Chan, Tai Man" <tm.chan@broker.example>;', [chan]],
      ['“Chan, Tai Man” <tm.chan@broker.example>', [chan]],
      ["'tm.chan@broker.example' <tm.chan@broker.example>", [{ ...chan, name: '' }]],
      ['<tm.chan@broker.example>', [{ ...chan, name: '' }]],
      ['mailto:tm.chan@broker.example', [{ ...chan, name: '' }]],
      ['Chan [mailto:tm.chan@broker.example]', [{ ...chan, name: 'Chan' }]],
      ['Chan Tai Man (tm.chan@broker.example)', [{ ...chan, name: 'Chan Tai Man' }]],
      ['Chan Tai Man tm.chan@broker.example', [{ ...chan, name: 'Chan Tai Man' }]],
      ['陳大文＜tm.chan＠broker.example＞；bo@broker.example', [{ ...chan, name: '陳大文' }, bo]],
      ["Chan, Tai Man <tm.chan@broker.example>; 'bo@broker.example'", [chan, bo]],
      ['bo@broker.example, Chan, Tai Man <tm.chan@broker.example>', [bo, chan]],
      ['"Chan, Tai Man" <tm.chan@broker.example>, bo@broker.example', [chan, bo]],
      ['tm.chan@broker.example\nbo@broker.example', [{ ...chan, name: '' }, bo]],
      ['"Chan; Tai Man" <tm.chan@broker.example>', [{ ...chan, name: 'Chan; Tai Man' }]],
      ['陳大文（tm.chan@broker.example）', [{ ...chan, name: '陳大文' }]],
      // An address with a blank in it, or somebody called "tm".
      ['tm chan@broker.example', fault('address')],
      ['tm. chan@broker.example', fault('address')],
      ['Tm chan@broker.example', [{ name: 'Tm', email: 'chan@broker.example' }]],
      ['', fault('noPerson')],
      [' ; ', fault('noPerson')],
      ['Chan Tai Man', fault('address')],
      ['Chan, Tai Man <tm.chan@broker.example>; Lee Bo', fault('address')],
      ['Chan <tm.chan@broker.example> Lee', fault('address')],
      ['Ops: tm.chan@broker.example;', fault('address')],
      ['ceo@broker.example <eve@elsewhere.example>', fault('address')],
      ['eve%elsewhere.example@broker.example', fault('address')],
      ['elsewhere.example!eve@broker.example', fault('address')],
      ['@a,@b:c@broker.example', fault('address')],
      ['"a@elsewhere b"@broker.example', fault('address')],
      ['/o=Broker/cn=Recipients/cn=chan', fault('address')],
    ]);
    table(readSender, [
      ['RAP Ops <rap@broker.example>', { name: 'RAP Ops', email: 'rap@broker.example' }],
      ['"RAP Ops, HK" <rap@broker.example>', { name: 'RAP Ops, HK', email: 'rap@broker.example' }],
      ['香港結算，營運 <rap@broker.example>', { name: '香港結算，營運', email: 'rap@broker.example' }],
      ['Ops: night; day <rap@broker.example>', { name: 'Ops: night; day', email: 'rap@broker.example' }],
      ['RAP ＜rap＠broker.example＞', { name: 'RAP', email: 'rap@broker.example' }],
      ['rap@broker.example', { name: '', email: 'rap@broker.example' }],
      ['a@broker.example, b@broker.example', fault('sender')],
      ['RAP <rap@broker.example>; Ops <ops@broker.example>', fault('sender')],
      ['RAP <rap@broker.example> <ops@broker.example>', fault('sender')],
      ['x\r\nBcc: y <rap@broker.example>', fault('sender')],
      ['RAP', fault('sender')],
    ]);
  });

  describe('a host key', () => {
    const plain = { fingerprint: `SHA256:${fingerprint}` };
    const ed25519 = { type: 'ssh-ed25519', ...plain };
    const whole = { type: 'ssh-ed25519', key, names: [] };
    table(readHostKey, [
      [`SHA256:${fingerprint}`, plain],
      [`sha256:${fingerprint}=`, plain],
      [fingerprint, plain],
      [`“SHA256：${fingerprint}”`, plain],
      [`SHA256:\u00a0${fingerprint}\u200b`, plain],
      [`SHA256:${fingerprint.slice(0, 20)}\n${fingerprint.slice(20)}`, plain],
      [`256 SHA256:${fingerprint} rap@hkex (ED25519)`, ed25519],
      [`256 SHA256:${fingerprint} rap@hkex (ECDSA)`, { type: 'ecdsa-sha2-nistp256', ...plain }],
      [`ssh-ed25519 255 ${fingerprint}=`, ed25519],
      [`ssh-ed25519 255 ${fingerprint.slice(0, 30)}\r\n${fingerprint.slice(30)}`, ed25519],
      [`ED25519 key fingerprint is SHA256:${fingerprint}.`, { ...ed25519 }],
      [Array(32).fill('de').join(':'), { fingerprint: 'SHA256:3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t4' }],
      [key, whole],
      [`ssh-ed25519 ${key} root@rap`, whole],
      [`ssh-ed25519 ${key.slice(0, 40)}\n${key.slice(40)}`, whole],
      [`[10.243.2.141]:18801 ssh-ed25519 ${key}`, { ...whole, names: ['[10.243.2.141]:18801'] }],
      [`# 10.243.2.141:18801 SSH-2.0\na.hk,b.hk ssh-ed25519 ${key}`, { ...whole, names: ['a.hk', 'b.hk'] }],
      [`MD5:${md5}`, fault('weakFingerprint')],
      [`ssh-rsa 2048 ${md5}`, fault('weakFingerprint')],
      ['SHA1:2jmj7l5rSw0yVb/vlWAYkK/YBwk', fault('weakFingerprint')],
      [`@revoked * ssh-ed25519 ${key}`, fault('marker')],
      [`@cert-authority * ssh-ed25519 ${key}`, fault('marker')],
      [`ssh-ed25519-cert-v01@openssh.com ${key}`, fault('marker')],
      [`SHA256:${fingerprint}\nSHA256:${'A'.repeat(43)}`, fault('severalKeys')],
      [`SHA256:${fingerprint}a`, fault('fingerprint')],
      [`ssh-ed25519 ${key.slice(0, -8)}`, fault('fingerprint')],
      ['ask the bank for the fingerprint of the server key ok', fault('fingerprint')],
      ['', fault('fingerprint')],
      ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz', fault('privateKey')],
    ]);

    it('that is a private key is not shown again', () => {
      const reading = readHostKey('-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz');
      assert.ok('fault' in reading);
      assert.ok(!JSON.stringify([reading, explain(reading.fault)]).includes('b3BlbnNz'));
    });
  });

  describe('a path or a folder', () => {
    table(readPath, [
      ['/mnt/rap/{yyyy}', '/mnt/rap/{yyyy}'],
      ['"C:\\rap\\keys"', 'C:\\rap\\keys'],
      ['“/mnt/rap”', '/mnt/rap'],
      ['file:///mnt/rap', '/mnt/rap'],
      ['file:///C:/rap', 'C:/rap'],
      ['/mnt/rap\u200b ', '/mnt/rap'],
      ['file://fs01/rap', fault('urlPath')],
      ['file:///mnt/rap%20ops', fault('urlPath')],
      ['smb://fs01/rap', fault('urlPath')],
      ['~/keys', fault('tilde')],
      ['/mnt/\u0007rap', fault('control')],
    ]);
    table(readFilePath, [
      ['/keys/$x', '/keys/$x'],
      ['$share/x y', fault('shellVariable')],
      ['“%USERPROFILE%\\.ssh\\id” ', fault('shellVariable')],
      ['$HOME', fault('shellVariable')],
      ['%TEMP%/x', fault('shellVariable')],
      ['C:\\100%\\x', 'C:\\100%\\x'],
      ['\\\\server\\ops$\\x', '\\\\server\\ops$\\x'],
      ['\\\\?\\UNC\\server\\ops\\x', '\\\\?\\UNC\\server\\ops\\x'],
      ['//server/ops/x', '//server/ops/x'],
      ['d:/keys/rap', 'd:/keys/rap'],
      ['keys\\rap', 'keys\\rap'],
      ['\\\\fileserver', fault('serverAlone')],
      ['"\\\\fileserver.firm.example\\" ', fault('serverAlone')],
      ['\\\\?\\UNC\\fileserver', fault('serverAlone')],
      ['C:keys\\rap', fault('driveRelative')],
      ['d:', fault('driveRelative')],
      ['\\fileserver\\ops\\rap', fault('oneStroke')],
      ['\\keys', fault('oneStroke')],
      ['~/key', fault('tilde')],
      ['', ''],
    ]);
    table(readFolders, [
      ['COMMON？, /INBOX', ['COMMON?', '/INBOX']],
      ['/INBOX', ['/INBOX']],
      ['\\INBOX', ['/INBOX']],
      ['INBOX\\', ['INBOX/']],
      ['/INBOX, /OUT；"/RPF"', ['/INBOX', '/OUT', '/RPF']],
      ['/INBOX\n/OUT', ['/INBOX', '/OUT']],
      ['／COMMON？', ['/COMMON?']],
      ['/COMMON?/', ['/COMMON?']],
      ['/COMMON/？／, /?', ['/COMMON/?', '/?']],
      ['“/INBOX”, ‘OUT’', ['/INBOX', 'OUT']],
      ['～/INBOX；～', ['~/INBOX', '~']],
      ['/IN?BOX/', fault('folderPattern')],
      ['/INBOX/*.csv', fault('folderPattern')],
      ['sftp://10.243.2.141/INBOX', fault('folderUrl')],
      ['C:/Program Files/Git/INBOX', fault('folderOfWindows')],
      ['d:\\INBOX', fault('folderOfWindows')],
      ['//INBOX', ['//INBOX']],
      ['', fault('noFolder')],
    ]);
  });

  it('a list has the same entries however they are parted', () => {
    const texts = [
      'ops, risk',
      'ops; risk',
      'ops，risk',
      'ops；risk',
      'ops、risk',
      'ops|risk',
      'ops\nrisk',
      'ops\trisk',
    ];
    for (const text of [
      ...texts,
      ' ops ,, risk; ',
      '"ops", “risk”',
      'ops,\u200brisk\u00a0',
      '\ufeffops;\u3000risk',
    ])
      assert.deepEqual(
        entriesOf(text).map((entry) => entry.replace(/[“”]/g, '')),
        ['ops', 'risk'],
        JSON.stringify(text),
      );
    assert.deepEqual(entriesOf(' , ；'), []);
    assert.deepEqual(entriesOf('night desk, 夜班'), ['night desk', '夜班']);
  });
});

/** Every reader, with texts that it takes. */
const readers: Readonly<Record<string, { read: Reader<unknown>; good: string[] }>> = {
  port: { read: readPort, good: ['18801', '18 801'] },
  seconds: { read: readSeconds, good: ['30', '5 min'] },
  megabytes: { read: readMegabytes, good: ['10 MB'] },
  rate: { read: readRate, good: ['2 MB/s'] },
  whole: { read: readWhole(0, 9), good: ['5'] },
  timetable: { read: readTimetable, good: ['09:00-16:30 500'] },
  address: { read: readAddress(), good: ['10.243.2.141:18801', '[::1]:22', 'rap1.example'] },
  domain: { read: readDomain, good: ['broker.example'] },
  user: { read: readUser, good: ['B01234'] },
  time: { read: readTime, good: ['21:30', '9:30 PM'] },
  times: { read: readTimes, good: ['07:00, 21:30'] },
  date: { read: readDate, good: ['2026-06-20', '20 June 2026'] },
  moment: { read: readMoment, good: ['2026-06-20 08:00'] },
  weekday: { read: readWeekday, good: ['Saturday'] },
  pattern: { read: readPattern, good: ['30 21 * * MON-FRI'] },
  people: { read: readPeople, good: ['Chan, Tai Man <tm.chan@broker.example>'] },
  sender: { read: readSender, good: ['RAP Ops <rap@broker.example>'] },
  hostKey: { read: readHostKey, good: [`SHA256:${fingerprint}`, `ssh-ed25519 ${key}`] },
  path: { read: readPath, good: ['/mnt/rap'] },
  folders: { read: readFolders, good: ['/INBOX'] },
};

/** As a Chinese keyboard writes it. */
const wide = (text: string) =>
  text
    .replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
    .replace(/ /g, '\u3000');

describe('Readers of cells', () => {
  for (const [name, { read, good }] of Object.entries(readers)) {
    it(`${name}: take any text without a throw, and tell of a fault in every language`, () => {
      const letters = fc.constantFrom(
        ...'0189:.,;-/@<>"\' \t\nAPMapm*?#[](){}|\\%$～：，。；上午年月日\u200b\u202e\0\u{1f600}',
      );
      const text = fc.oneof(
        fc.string({ unit: letters, maxLength: 24 }),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.tuple(fc.constantFrom(...good), fc.string({ unit: letters, maxLength: 3 })).map(([a, b]) => a + b),
      );
      fc.assert(
        fc.property(text, (typed) => {
          const reading = read(typed);
          if ('value' in reading) return;
          for (const language of languages) {
            const { says, cure } = explain(reading.fault, language);
            assert.ok(says.length > 0 && cure.length > 0);
            assert.ok(!/[{]detail[}]|\p{Cc}|\u202e|\u200b/u.test(says + cure), says + cure);
          }
        }),
        { seed: 11, numRuns: runs(400) },
      );
    });

    it(`${name}: see through what nobody sees, and through blanks and quotes around`, () => {
      for (const text of good) {
        const meant = read(text);
        assert.ok('value' in meant, text);
        const middle = Math.floor(text.length / 2);
        const hidden = `${text.slice(0, middle)}\u200b${text.slice(middle)}`;
        for (const typed of [` ${text} `, `\u00a0${text}\u3000`, `\ufeff${text}\r\n`, hidden])
          assert.deepEqual(read(typed), meant, JSON.stringify(typed));
      }
    });
  }

  it('read what a Chinese keyboard writes like the same in ASCII', () => {
    for (const name of [
      'port',
      'seconds',
      'address',
      'domain',
      'user',
      'time',
      'date',
      'moment',
      'pattern',
      'hostKey',
    ]) {
      for (const text of readers[name]?.good ?? assert.fail()) {
        assert.deepEqual(readers[name]?.read(wide(text)), readers[name]?.read(text), wide(text));
      }
    }
  });

  it('drop nobody, however people are put together', () => {
    const local = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const person = fc.oneof(
      local.map((one) => ({ text: `${one}@broker.example`, email: `${one}@broker.example` })),
      fc
        .tuple(fc.constantFrom('Chan, Tai Man', '"Lee; Bo"', '陳大文', "O'Neil"), local)
        .map(([name, one]) => ({ text: `${name} <${one}@broker.example>`, email: `${one}@broker.example` })),
    );
    fc.assert(
      fc.property(
        fc.array(person, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('; ', ';', '；', '\n', ', '),
        fc.boolean(),
        (people, separator, trailing) => {
          const text = people.map((one) => one.text).join(separator) + (trailing ? separator : '');
          const reading = readPeople(text);
          assert.ok('value' in reading, text);
          assert.deepEqual(
            reading.value.map(({ email }) => email),
            people.map(({ email }) => email),
          );
        },
      ),
      { seed: 11, numRuns: runs(500) },
    );
  });

  it('read every real time and date as written in any of their forms', () => {
    const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(time, date, ([hour, minute], day) => {
        const canonical = `${two(hour)}:${two(minute)}`;
        const half = `${hour % 12 || 12}:${two(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
        for (const text of [
          canonical,
          `${hour}.${two(minute)}`,
          `${two(hour)}${two(minute)}`,
          half,
          wide(canonical),
        ])
          assert.deepEqual(readTime(text), { value: canonical }, text);
        const iso = day.toISOString().slice(0, 10);
        const [year = '', month = '', of = ''] = iso.split('-');
        const name = day.toLocaleDateString('en', { month: 'long', timeZone: 'UTC' });
        const texts = [
          iso,
          iso.replaceAll('-', '/'),
          `${year}年${+month}月${+of}日`,
          `${+of} ${name} ${year}`,
        ];
        for (const text of texts) assert.deepEqual(readDate(text), { value: iso }, text);
        assert.deepEqual(readMoment(`${iso} ${half}`), { value: `${iso} ${canonical}` });
      }),
      { seed: 11, numRuns: runs(300) },
    );
  });
});

/** What a fault of a cell says, and what is entered instead, in the languages of the dialogs. "{detail}" is filled in. */

type Sentence = readonly [says: string, cure: string];

const en = {
  whole: ['is not a whole number', 'Enter digits, such as 18801.'],
  range: ['is outside {detail}', 'Enter a number from {detail}.'],
  number: ['is not a number', 'Enter a number, with or without its unit: {detail}.'],
  unit: ['has a unit that is not known here', 'Enter the number alone, or with its unit: {detail}.'],
  scheme: ['begins with {detail}://, which is another service', 'Enter the host alone.'],
  noAddress: ['names no server', 'Enter an address such as 10.243.2.141.'],
  severalAddresses: ['names several servers', 'Enter one address in each row.'],
  userInAddress: [
    'holds a user name before the address',
    'Enter the address alone; the user has a field of its own.',
  ],
  folderInAddress: [
    'holds a folder behind the address',
    'Enter the address alone; folders have fields of their own.',
  ],
  blankInside: ['has a blank inside', 'Enter it without the blank.'],
  notAnIp: [
    'is not a whole IP address',
    'Enter four numbers from 0 to 255, such as 10.243.2.141, or a whole IPv6 address.',
  ],
  notAHost: ['is not a host name or an IP address', 'Enter an address such as 10.243.2.141.'],
  notAPort: ['has no port from 1 to 65535 behind the colon', 'Enter it as in 10.243.2.141:18801.'],
  otherPort: [
    'names another port than the cell beside it, {detail}',
    'Enter the host alone here, and the right port there.',
  ],
  domain: ['is not a domain', 'Enter domains such as broker.example, with commas between them.'],
  desk: [
    'is not a whole web address',
    'Copy the address of the desk or of the editor from the browser, such as https://rap.broker.example:1880/rap-ops.',
  ],
  web: [
    'is not an https address',
    'Enter one such as https://ops.broker.example/rap; http is for this machine alone.',
  ],
  telephone: ['is not a telephone number', 'Enter it as in 2979-7111 or +852 2979 7111.'],
  noUser: ['is empty', 'Enter the user name.'],
  zone: ['names another time zone', 'Enter the time in Hong Kong, such as 21:30.'],
  time: ['is not a time of the day', 'Enter it as in 07:00 or 21:30.'],
  minutes: ['has one digit for the minutes', 'Enter two, as in 09:05 or 09:50.'],
  midnight: ['is the end of one day and the beginning of another', 'Enter 00:00 of the day that is meant.'],
  period: ['is not a period with a rate', 'Enter it as in 09:00-16:30 500.'],
  weekday: ['is not a weekday', 'Enter it as in Saturday.'],
  date: ['is not a date', 'Enter a real date as in 2026-06-20.'],
  twoDates: ['can be two dates', 'Enter one of {detail}.'],
  otherWeekday: [
    'names another weekday than its date, which is a {detail}',
    'Ask which is meant, and enter that date as in 2026-06-20.',
  ],
  moment: ['is not a date and time', 'Enter it as in 2026-06-20 08:00.'],
  pattern: ['is not a cron pattern', 'Enter five fields, such as 30 21 * * 1-5.'],
  fewFields: [
    'has fewer than the five fields of a cron pattern',
    'Enter minute, hour, day, month and weekday, such as 30 21 * * 1-5.',
  ],
  command: [
    'holds more than a cron pattern, such as the command of a crontab',
    'Enter its five fields alone, such as 30 21 * * 1-5.',
  ],
  year: [
    'has a field for the year, which patterns here do not have',
    'Leave the year out, such as 0 30 21 ? * MON-FRI.',
  ],
  quartzDays: [
    'counts weekdays beside a "?": Quartz calls Sunday 1 and crontab calls it 0',
    'Enter the weekdays by name, such as MON-FRI.',
  ],
  address: [
    'holds "{detail}", which is no plain e-mail address',
    'Enter each person as in Chan Tai Man <tm.chan@broker.example>, with semicolons between them.',
  ],
  noPerson: ['names nobody', 'Enter an e-mail address such as duty@broker.example.'],
  sender: ['is not one address', 'Enter it as in RAP Ops <rap@broker.example>.'],
  privateKey: [
    'is a private key, which does not belong here',
    "Enter the SHA-256 fingerprint of the server's host key. If that private key is in use, replace it: it was shown in a dialog.",
  ],
  marker: [
    'is the line of a revoked key, an authority or a certificate, which trusts no host key',
    'Enter the fingerprint of the host key itself.',
  ],
  weakFingerprint: [
    'is an MD5 or SHA-1 fingerprint, which can be forged',
    'Ask for the SHA-256 fingerprint; "rap hostkey HOST" shows what the server presents, to compare.',
  ],
  fingerprint: [
    'is not a SHA-256 host key fingerprint',
    'Enter it as OpenSSH shows it, for example SHA256:Pn9nz.... (43 characters after the colon).',
  ],
  severalKeys: ['holds several host keys', 'Enter one key in each row.'],
  control: ['holds characters that cannot be seen', 'Type it instead of pasting it.'],
  tilde: ['begins with ~, which only a shell knows', 'Enter the whole path, such as /home/rapops/keys/rap.'],
  urlPath: [
    'is a {detail}:// address and no path',
    'Mount the share on this machine and enter the folder it is mounted on.',
  ],
  folderUrl: ['is an address and no folder', 'Enter the folder alone, such as /INBOX.'],
  folderPattern: [
    'is a pattern and no folder',
    'Enter the folder alone, such as /INBOX; everything below it is listed.',
  ],
  noFolder: ['names no folder', 'Enter a folder such as /INBOX.'],
} as const satisfies Readonly<Record<string, Sentence>>;

export type FaultKind = keyof typeof en;

type Sentences = Readonly<Record<FaultKind, Sentence>>;

const zhHant: Sentences = {
  whole: ['不是整數', '請只輸入數字，例如 18801。'],
  range: ['不在 {detail} 之內', '請輸入 {detail} 之內的數字。'],
  number: ['不是數字', '請輸入數字，可附單位：{detail}。'],
  unit: ['的單位不適用於此欄', '請只輸入數字，或附上單位：{detail}。'],
  scheme: ['以 {detail}:// 開頭，屬另一種服務', '請只輸入主機。'],
  noAddress: ['沒有伺服器', '請輸入地址，例如 10.243.2.141。'],
  severalAddresses: ['有多個伺服器', '每列請只輸入一個地址。'],
  userInAddress: ['在地址前有用戶名稱', '請只輸入地址；用戶另有欄位。'],
  folderInAddress: ['在地址後有資料夾', '請只輸入地址；資料夾另有欄位。'],
  blankInside: ['中間有空格', '請刪除空格。'],
  notAnIp: ['不是完整的 IP 地址', '請輸入四個 0 至 255 的數字，例如 10.243.2.141，或完整的 IPv6 地址。'],
  notAHost: ['不是主機名稱或 IP 地址', '請輸入地址，例如 10.243.2.141。'],
  notAPort: ['冒號後不是 1 至 65535 的連接埠', '請按 10.243.2.141:18801 的寫法輸入。'],
  otherPort: ['的連接埠與旁邊一格的 {detail} 不同', '此格請只輸入主機，並在旁邊輸入正確的連接埠。'],
  domain: ['不是網域', '請輸入網域，例如 broker.example，並以逗號分隔。'],
  desk: [
    '不是完整網址',
    '請從瀏覽器的網址列複製工作台或編輯器的網址，例如 https://rap.broker.example:1880/rap-ops。',
  ],
  web: ['不是 https 網址', '請輸入網址，例如 https://ops.broker.example/rap；http 只供本機使用。'],
  telephone: ['不是電話號碼', '請按 2979-7111 或 +852 2979 7111 的寫法輸入。'],
  noUser: ['是空白', '請輸入用戶名稱。'],
  zone: ['屬另一時區', '請輸入香港時間，例如 21:30。'],
  time: ['不是一天內的時間', '請按 07:00 或 21:30 的寫法輸入。'],
  minutes: ['的分鐘只有一個數字', '請輸入兩個數字，例如 09:05 或 09:50。'],
  midnight: ['既是一天之終，也是另一天之始', '請輸入所指那天的 00:00。'],
  period: ['不是時段連速率', '請按 09:00-16:30 500 的寫法輸入。'],
  weekday: ['不是星期', '請輸入，例如星期六。'],
  date: ['不是日期', '請按 2026-06-20 的寫法輸入真實日期。'],
  twoDates: ['可解作兩個日期', '請輸入其中之一：{detail}。'],
  otherWeekday: ['的星期與日期不符，該日是 {detail}', '請查明所指日期，並按 2026-06-20 的寫法輸入。'],
  moment: ['不是日期和時間', '請按 2026-06-20 08:00 的寫法輸入。'],
  pattern: ['不是 cron 格式', '請輸入五個欄位，例如 30 21 * * 1-5。'],
  fewFields: ['少於 cron 格式的五個欄位', '請輸入分、時、日、月、星期，例如 30 21 * * 1-5。'],
  command: ['除 cron 格式外還有其他內容，例如 crontab 的命令', '請只輸入五個欄位，例如 30 21 * * 1-5。'],
  year: ['有年份欄位，這裏的格式沒有', '請刪去年份，例如 0 30 21 ? * MON-FRI。'],
  quartzDays: [
    '同時有「?」和數字星期：Quartz 以 1 為星期日，crontab 以 0 為星期日',
    '請以名稱輸入星期，例如 MON-FRI。',
  ],
  address: [
    '有「{detail}」，不是一般電郵地址',
    '請按 Chan Tai Man <tm.chan@broker.example> 的寫法輸入每人，並以分號分隔。',
  ],
  noPerson: ['沒有收件人', '請輸入電郵地址，例如 duty@broker.example。'],
  sender: ['不是單一地址', '請按 RAP Ops <rap@broker.example> 的寫法輸入。'],
  privateKey: [
    '是私人密鑰，不應在此輸入',
    '請輸入伺服器主機密鑰的 SHA-256 指紋。該私人密鑰如在使用中，請更換，因為它曾在對話框內顯示。',
  ],
  marker: ['屬已撤銷的密鑰、憑證機構或憑證，不能用來信任主機密鑰', '請輸入主機密鑰本身的指紋。'],
  weakFingerprint: [
    '是 MD5 或 SHA-1 指紋，可被偽造',
    '請索取 SHA-256 指紋；可用「rap hostkey HOST」查看伺服器出示的密鑰以作比對。',
  ],
  fingerprint: [
    '不是主機密鑰的 SHA-256 指紋',
    '請按 OpenSSH 的寫法輸入，例如 SHA256:Pn9nz....（冒號後 43 個字元）。',
  ],
  severalKeys: ['有多個主機密鑰', '每列請只輸入一個。'],
  control: ['有看不見的字元', '請改為手動輸入。'],
  tilde: ['以 ~ 開頭，只有命令列認識', '請輸入完整路徑，例如 /home/rapops/keys/rap。'],
  urlPath: ['是 {detail}:// 地址，不是路徑', '請在本機掛載共用磁碟，並輸入掛載的資料夾。'],
  folderUrl: ['是地址，不是資料夾', '請只輸入資料夾，例如 /INBOX。'],
  folderPattern: ['是樣式，不是資料夾', '請只輸入資料夾，例如 /INBOX；其下全部都會列出。'],
  noFolder: ['沒有資料夾', '請輸入資料夾，例如 /INBOX。'],
};

const zhHans: Sentences = {
  whole: ['不是整数', '请只输入数字，例如 18801。'],
  range: ['不在 {detail} 之内', '请输入 {detail} 之内的数字。'],
  number: ['不是数字', '请输入数字，可附单位：{detail}。'],
  unit: ['的单位不适用于此栏', '请只输入数字，或附上单位：{detail}。'],
  scheme: ['以 {detail}:// 开头，属另一种服务', '请只输入主机。'],
  noAddress: ['没有服务器', '请输入地址，例如 10.243.2.141。'],
  severalAddresses: ['有多个服务器', '每行请只输入一个地址。'],
  userInAddress: ['在地址前有用户名', '请只输入地址；用户另有栏位。'],
  folderInAddress: ['在地址后有文件夹', '请只输入地址；文件夹另有栏位。'],
  blankInside: ['中间有空格', '请删除空格。'],
  notAnIp: ['不是完整的 IP 地址', '请输入四个 0 至 255 的数字，例如 10.243.2.141，或完整的 IPv6 地址。'],
  notAHost: ['不是主机名或 IP 地址', '请输入地址，例如 10.243.2.141。'],
  notAPort: ['冒号后不是 1 至 65535 的端口', '请按 10.243.2.141:18801 的写法输入。'],
  otherPort: ['的端口与旁边一格的 {detail} 不同', '此格请只输入主机，并在旁边输入正确的端口。'],
  domain: ['不是域名', '请输入域名，例如 broker.example，并以逗号分隔。'],
  desk: [
    '不是完整网址',
    '请从浏览器地址栏复制工作台或编辑器的网址，例如 https://rap.broker.example:1880/rap-ops。',
  ],
  web: ['不是 https 网址', '请输入网址，例如 https://ops.broker.example/rap；http 仅供本机使用。'],
  telephone: ['不是电话号码', '请按 2979-7111 或 +852 2979 7111 的写法输入。'],
  noUser: ['是空白', '请输入用户名。'],
  zone: ['属另一时区', '请输入香港时间，例如 21:30。'],
  time: ['不是一天内的时间', '请按 07:00 或 21:30 的写法输入。'],
  minutes: ['的分钟只有一个数字', '请输入两个数字，例如 09:05 或 09:50。'],
  midnight: ['既是一天之终，也是另一天之始', '请输入所指那天的 00:00。'],
  period: ['不是时段连速率', '请按 09:00-16:30 500 的写法输入。'],
  weekday: ['不是星期', '请输入，例如星期六。'],
  date: ['不是日期', '请按 2026-06-20 的写法输入真实日期。'],
  twoDates: ['可解作两个日期', '请输入其中之一：{detail}。'],
  otherWeekday: ['的星期与日期不符，该日是 {detail}', '请查明所指日期，并按 2026-06-20 的写法输入。'],
  moment: ['不是日期和时间', '请按 2026-06-20 08:00 的写法输入。'],
  pattern: ['不是 cron 格式', '请输入五个字段，例如 30 21 * * 1-5。'],
  fewFields: ['少于 cron 格式的五个字段', '请输入分、时、日、月、星期，例如 30 21 * * 1-5。'],
  command: ['除 cron 格式外还有其他内容，例如 crontab 的命令', '请只输入五个字段，例如 30 21 * * 1-5。'],
  year: ['有年份字段，这里的格式没有', '请删去年份，例如 0 30 21 ? * MON-FRI。'],
  quartzDays: [
    '同时有「?」和数字星期：Quartz 以 1 为星期日，crontab 以 0 为星期日',
    '请以名称输入星期，例如 MON-FRI。',
  ],
  address: [
    '有「{detail}」，不是一般邮件地址',
    '请按 Chan Tai Man <tm.chan@broker.example> 的写法输入每人，并以分号分隔。',
  ],
  noPerson: ['没有收件人', '请输入邮件地址，例如 duty@broker.example。'],
  sender: ['不是单一地址', '请按 RAP Ops <rap@broker.example> 的写法输入。'],
  privateKey: [
    '是私钥，不应在此输入',
    '请输入服务器主机密钥的 SHA-256 指纹。该私钥如在使用中，请更换，因为它曾在对话框内显示。',
  ],
  marker: ['属已吊销的密钥、证书机构或证书，不能用来信任主机密钥', '请输入主机密钥本身的指纹。'],
  weakFingerprint: [
    '是 MD5 或 SHA-1 指纹，可被伪造',
    '请索取 SHA-256 指纹；可用「rap hostkey HOST」查看服务器出示的密钥以作比对。',
  ],
  fingerprint: [
    '不是主机密钥的 SHA-256 指纹',
    '请按 OpenSSH 的写法输入，例如 SHA256:Pn9nz....（冒号后 43 个字符）。',
  ],
  severalKeys: ['有多个主机密钥', '每行请只输入一个。'],
  control: ['有看不见的字符', '请改为手动输入。'],
  tilde: ['以 ~ 开头，只有命令行认识', '请输入完整路径，例如 /home/rapops/keys/rap。'],
  urlPath: ['是 {detail}:// 地址，不是路径', '请在本机挂载共享磁盘，并输入挂载的文件夹。'],
  folderUrl: ['是地址，不是文件夹', '请只输入文件夹，例如 /INBOX。'],
  folderPattern: ['是样式，不是文件夹', '请只输入文件夹，例如 /INBOX；其下全部都会列出。'],
  noFolder: ['没有文件夹', '请输入文件夹，例如 /INBOX。'],
};

export const sentences = { en, 'zh-Hant': zhHant, 'zh-Hans': zhHans } as const;

export type CellLanguage = keyof typeof sentences;

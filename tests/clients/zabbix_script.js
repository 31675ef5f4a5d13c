// Runs the script of a Zabbix item: node zabbix_script.js SCRIPT <parameters as JSON, prints what it returns.
// Gives it the little that Zabbix' own engine has besides the language. HTTP goes through curl, as Zabbix' goes through libcurl:
// a request object keeps the cookies that it got.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-zabbix.'));
let objects = 0;

class HttpRequest {
    constructor() {
        this.jar = path.join(folder, 'jar-' + (++objects));
        this.headers = [];
        this.status = 0;
    }
    addHeader(line) {
        this.headers.push(line);
    }
    getStatus() {
        return this.status;
    }
    get(url) {
        return this.send(url, []);
    }
    post(url, body) {
        return this.send(url, ['--data-binary', body === undefined ? '' : body]);
    }
    send(url, more) {
        const how = ['-sSk', '--globoff', '-b', this.jar, '-c', this.jar, '-H', '@-', '-w', '\n%{http_code}'];
        const answer = execFileSync('curl', [...how, ...more, url], { encoding: 'utf8', input: this.headers.join('\n') });
        const end = answer.lastIndexOf('\n');
        this.status = Number(answer.slice(end + 1));
        return answer.slice(0, end);
    }
}

const Zabbix = { log: (level, text) => process.stderr.write(text + '\n') };
const btoa = text => Buffer.from(text, 'utf8').toString('base64');
try {
    const script = new Function('value', 'HttpRequest', 'Zabbix', 'btoa', fs.readFileSync(process.argv[2], 'utf8'));
    process.stdout.write(script(fs.readFileSync(0, 'utf8'), HttpRequest, Zabbix, btoa));
} finally {
    fs.rmSync(folder, { recursive: true });
}

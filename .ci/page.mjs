// Opens pages in a headless browser, as a file that somebody got, and says what is wrong with them: anything that ran or was
// fetched, what axe-core finds, tables and headings without names, a page that is wider than the screen.
// node .ci/page.mjs AXE.js|- PAGE...
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [axe, ...pages] = process.argv.slice(2)
const profile = mkdtempSync(join(tmpdir(), 'dsa-page-'))
const browser = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--window-size=1280,900', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
let next = 1, rest = ''
const waiting = new Map(), heard = []
browser.stdio[4].setEncoding('utf8').on('data', data => {
  const messages = (rest + data).split('\0')
  rest = messages.pop()
  for (const text of messages) {
    const m = JSON.parse(text)
    if (m.id === undefined) heard.push(m)
    else { const [done, failed] = waiting.get(m.id); waiting.delete(m.id); m.error ? failed(new Error(m.error.message)) : done(m.result) }
  }
})
const send = (method, params = {}, sessionId) => new Promise((done, failed) => {
  waiting.set(next, [done, failed])
  browser.stdio[3].write(JSON.stringify({ id: next++, method, params, sessionId }) + '\0')
})
const sleep = ms => new Promise(done => setTimeout(done, ms))

let bad = 0
const fault = (page, words) => { bad++; console.log(`  FAULT ${page}: ${words}`) }
try {
  for (const file of pages) {
    const page = file.split('/').pop()
    heard.length = 0
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const ask = (method, params) => send(method, params, sessionId)
    const value = async expression => (await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result.value
    for (const domain of ['Page', 'Network', 'Runtime', 'Accessibility', 'Log']) await ask(domain + '.enable')
    await ask('Page.navigate', { url: pathToFileURL(resolve(file)).href })
    for (let i = 0; i < 300 && !heard.some(m => m.method === 'Page.loadEventFired'); i++) await sleep(100)
    const title = await value('document.title')
    const fetched = heard.filter(m => m.method === 'Network.requestWillBeSent' && !m.params.request.url.startsWith('file:'))
    if (fetched.length) fault(page, `it fetches ${fetched.length} things from elsewhere`)
    if (heard.some(m => m.method === 'Page.javascriptDialogOpening' || m.method === 'Runtime.consoleAPICalled') || title === 'ran') fault(page, 'something in it ran')
    if (await value('document.scripts.length + document.querySelectorAll("img,iframe,object,embed,link").length')) fault(page, 'it has scripts, pictures or frames')
    const wide = await value('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    if (wide > 0) fault(page, `it is ${wide} points wider than the screen`)
    // Does the text of one row lie over that of another?
    const over = await value(`[...document.querySelectorAll('tbody tr')].filter((r, i, all) => i && r.parentNode === all[i-1].parentNode && r.getBoundingClientRect().top < all[i-1].getBoundingClientRect().bottom - 1).length`)
    if (over) fault(page, `${over} rows lie over others`)
    const { nodes } = await ask('Accessibility.getFullAXTree')
    const named = role => nodes.filter(n => !n.ignored && n.role?.value === role)
    for (const role of ['table', 'heading', 'region', 'img', 'columnheader', 'graphics-document'])
      for (const n of named(role)) if (!n.name?.value) fault(page, `a ${role} has no name`)
    if (!named('main').length || named('heading').length < 1) fault(page, 'it lacks a main part or a heading')
    if (!named('table').length && !page.startsWith('handout')) fault(page, 'it lacks a table')
    let said = `${named('table').length} tables, ${named('row').length} rows, ${named('columnheader').length} column heads, ${named('rowheader').length} row heads`
    if (axe !== '-') {
      await value(readFileSync(axe, 'utf8'))
      const found = await value(`axe.run(document, { resultTypes: ['violations'] }).then(r => ({ passes: r.passes.length, bad: r.violations.map(v => v.impact + ': ' + v.id + ' (' + v.nodes.length + '): ' + v.help + ' at ' + v.nodes[0].html.slice(0, 120)) }))`)
      for (const v of found.bad) fault(page, `axe-core: ${v}`)
      said += `; axe-core: ${found.passes} rules hold, ${found.bad.length} do not`
    }
    const pdf = await ask('Page.printToPDF', { landscape: true, preferCSSPageSize: true })
    console.log(`  ${page}: ${said}; printed it is ${(Buffer.from(pdf.data, 'base64').toString('latin1').match(/\/Type\s*\/Page[^s]/g) || []).length} pages`)
    await send('Target.closeTarget', { targetId })
  }
} finally {
  const ended = new Promise(done => browser.on('exit', done))
  send('Browser.close').catch(() => {})
  await Promise.race([ended, sleep(5000)])
  browser.kill()
  await Promise.race([ended, sleep(2000)])
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}
process.exit(bad ? 1 : 0)

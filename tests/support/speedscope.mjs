// Reads Chrome traces as speedscope does: each file of the arguments. Prints a line of JSON for each, with what its
// importer complains of and how many slices it has found.
//
//   node speedscope.mjs <folder of the package> <trace>…
//
// The package exports nothing: it is one script for a page. So its importer is taken out by the words that it logs.
import fs from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'

const [folder, ...traces] = process.argv.slice(2)
const release = path.join(folder, 'dist/release')
const script = fs.readdirSync(release).find(name => /^speedscope-.*\.js$/.test(name))
const source = fs.readFileSync(path.join(release, script), 'utf8')

const found = /"Importing as Trace Event Format profile"\),(\w+)\(/.exec(source)
if (!found) throw new Error('speedscope has changed: there is no importer of the Trace Event Format')
const name = found[1]
const after = source.indexOf('}var ', source.indexOf(`function ${name}(`))
const head = /^\}var (?:\w+,)*(\w+)=/.exec(source.slice(after))
if (!head) throw new Error('speedscope has changed: its importer is not where it was')
const begin = after + 1
const patched =
  source.slice(0, begin) +
  `globalThis.importer=${name};globalThis.prepare=()=>${head[1]}();` +
  source.slice(begin)

const complaints = []
const say = (...words) => complaints.push(words.join(' '))
const context = vm.createContext({ console: { log() {}, info() {}, warn: say, error: say }, TextDecoder, URL })
context.globalThis = context
try {
  vm.runInContext(patched, context)
} catch {
  // What follows the importer is the page, and there is none.
}
context.prepare()

for (const trace of traces) {
  complaints.length = 0
  const group = context.importer(JSON.parse(fs.readFileSync(trace, 'utf8')))
  let slices = 0
  const names = []
  for (const profile of group.profiles) {
    profile.forEachCall(() => slices++, () => {})
    names.push(profile.getName())
  }
  console.log(JSON.stringify({ complaints: complaints.slice(0, 5), names, slices }))
}

/** Searches the page: what holds not all of the words goes, with its entry in the list. Old browsers, too. */
export const SCRIPT = `
const filter = document.getElementById('filter'), found = document.getElementById('found'), told = found.innerHTML
const articles = [...document.querySelectorAll('article')], groups = [...document.querySelectorAll('nav details')]
document.getElementById('search').hidden = false
const apply = () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let count = 0
  for (const article of articles) {
    const fits = words.every((word) => article.dataset.words.includes(word))
    article.hidden = !fits
    if (fits) count += 1
    const link = document.querySelector('nav a[href="#' + article.id + '"]')
    if (link) link.parentElement.hidden = !fits
  }
  for (const group of groups) {
    group.hidden = !group.querySelector('li:not([hidden])')
    group.open = words.length > 0 && !group.hidden
  }
  for (const section of document.querySelectorAll('section'))
    section.hidden = words.length > 0 && !section.querySelector('article:not([hidden])')
  if (words.length === 0) found.innerHTML = told
  else found.textContent = count === 0 ? 'nothing has all of these words' : count === 1 ? 'one found' : count + ' found'
}
const clear = () => { filter.value = ''; apply() }
filter.addEventListener('input', apply)
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && event.target !== filter && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault()
    filter.focus()
    filter.select()
  } else if (event.key === 'Escape' && event.target === filter) {
    clear()
    filter.blur()
  } else if (event.key === 'Enter' && event.target === filter) {
    const first = articles.find((article) => !article.hidden)
    if (first) { location.hash = first.id; first.querySelector('a').focus() }
  }
})
// Who follows a link to what the search has hidden means to see it.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1))
  if (!target) return
  if (target.closest('[hidden]')) { clear(); target.scrollIntoView() }
  const link = document.querySelector('nav a[href="' + location.hash + '"]')
  for (const current of document.querySelectorAll('nav [aria-current]')) current.removeAttribute('aria-current')
  if (!link) return
  link.setAttribute('aria-current', 'true')
  const group = link.closest('details')
  if (group) group.open = true
}
addEventListener('hashchange', reveal)
reveal()
`

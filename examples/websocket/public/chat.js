const on = new URLSearchParams(location.search).get('on') ?? 'ws'
const state = document.querySelector('#state')
const form = document.querySelector('#say')

/** Shows a message as text, whatever markup is in it. */
function show(text) {
  const item = document.createElement('li')
  item.textContent = text
  document.querySelector('#said').append(item)
}

function openWs({ opened, said, ended }) {
  const socket = new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}/ws`)
  socket.onopen = opened
  socket.onmessage = ({ data }) => said(data)
  // 4401 for a 401, 4403 for a 403. A denied handshake is 1006, without a reason.
  socket.onclose = ({ code, reason }) => ended(`${code} ${reason}`)
  return (text) => socket.send(text)
}

function openSocketIo({ opened, said, ended }) {
  const socket = window.io()
  socket.on('connect', opened)
  socket.on('said', said)
  socket.on('session', ended)
  // With polling, the guard may deny the poll that would fetch the reason.
  socket.on('disconnect', (reason) => ended(reason))
  socket.on('connect_error', ({ message }) => ended(message))
  return (text) => socket.emit('say', text)
}

const me = await fetch('/me')
if (!me.ok) {
  state.textContent = `You are not signed in: ${me.status}`
} else if (on !== 'nothing') {
  const { email } = await me.json()
  const open = on === 'ws' ? openWs : openSocketIo
  const send = open({
    opened: () => (state.textContent = `You are in the chat as ${email}`),
    said: show,
    ended(why) {
      if (form.hidden) return
      state.textContent = `You are out of the chat: ${why}`
      form.hidden = true
    },
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    send(form.elements.text.value)
    form.reset()
  })
}

/**
 * A server that is not the bottleneck: answers every request head with the same 200 straight from the socket,
 * without reading it further. Prints its port. Heads split over packets are counted by their blank lines.
 */
import { createServer } from 'node:net';

const BODY = 'x'.repeat(128);
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ndate: Sat, 21 Nov 2026 09:00:00 GMT\r\nconnection: keep-alive\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

const server = createServer({ noDelay: true }, (socket) => {
  let tail = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    const seen = tail + text;
    const ends = seen.split('\r\n\r\n').length - 1;
    tail = ends === 0 ? seen : seen.slice(seen.lastIndexOf('\r\n\r\n') + 4);
    if (ends > 0) socket.write(ends === 1 ? ANSWER : ANSWER.repeat(ends), 'latin1');
  });
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') console.log(address.port);
});
if (process.channel) process.on('disconnect', () => process.exit(0));

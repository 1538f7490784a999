//! Whether a server takes TLS 1.0 or 1.1, told by its answer to the first message of a handshake.
//!
//! The library that does our own handshakes speaks neither version, so the message is written here by hand. It is the whole of
//! what is sent: a server that is willing answers with the version it has chosen, one that is not, with an alert.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// TLS 1.1, as the wire writes it. A server that takes 1.0 alone answers with that.
const OFFERED: [u8; 2] = [3, 2];
/// TLS 1.0 and 1.1, as the wire writes them.
const OLD: [[u8; 2]; 2] = [[3, 1], OFFERED];
/// Suites of those versions with keys of either kind, as servers that take them still have: ECDHE and RSA, AES in CBC and 3DES.
const SUITES: [[u8; 2]; 8] = [
    [0xc0, 0x09],
    [0xc0, 0x0a],
    [0xc0, 0x13],
    [0xc0, 0x14],
    [0x00, 0x2f],
    [0x00, 0x35],
    [0xc0, 0x12],
    [0x00, 0x0a],
];
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;

/// Whether whoever listens at an address takes TLS 1.0 or 1.1; `None` where the answer is neither yes nor no.
pub(crate) async fn is_taken(address: &str) -> Option<bool> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(&client_hello()).await.ok()?;
    // Record: type, version, length. Then the message: type, length of three bytes, version.
    let mut answer = [0; 11];
    let mut read = 0;
    while read < answer.len() {
        let rest = answer.get_mut(read..)?;
        match stream.read(rest).await.ok()? {
            0 => break,
            count => read += count,
        }
    }
    answered(answer.get(..read)?)
}

fn answered(answer: &[u8]) -> Option<bool> {
    match *answer {
        [ALERT, ..] => Some(false),
        [HANDSHAKE, _, _, _, _, SERVER_HELLO, _, _, _, major, minor] => {
            Some(OLD.contains(&[major, minor]))
        }
        _ => None,
    }
}

fn client_hello() -> Vec<u8> {
    // Supported groups (P-256, P-384) and the uncompressed format of points, without which no ECDHE is chosen.
    let extensions: &[u8] = &[
        0, 10, 0, 6, 0, 4, 0, 23, 0, 24, //
        0, 11, 0, 2, 1, 0,
    ];
    let mut body = OFFERED.to_vec();
    // What is agreed on is never used, so nothing here needs to be random.
    body.extend([0; 32]);
    body.push(0);
    body.extend(length(SUITES.as_flattened().len()));
    body.extend(SUITES.as_flattened());
    body.extend([1, 0]);
    body.extend(length(extensions.len()));
    body.extend(extensions);
    let mut message = vec![CLIENT_HELLO, 0];
    message.extend(length(body.len()));
    message.extend(body);
    let mut record = vec![HANDSHAKE, 3, 1];
    record.extend(length(message.len()));
    record.extend(message);
    record
}

/// In two bytes: nothing here is longer than some hundred.
fn length(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_chooses_an_old_version_takes_it() {
        let hello = |minor| [HANDSHAKE, 3, minor, 0, 80, SERVER_HELLO, 0, 0, 76, 3, minor];
        assert_eq!(answered(&hello(1)), Some(true));
        assert_eq!(answered(&hello(2)), Some(true));
        assert_eq!(answered(&hello(3)), Some(false));
    }

    #[test]
    fn an_alert_is_a_refusal_and_silence_is_nothing() {
        assert_eq!(answered(&[ALERT, 3, 2, 0, 2, 2, 70]), Some(false));
        assert_eq!(answered(b""), None);
        assert_eq!(answered(b"HTTP/1.0 40"), None);
    }

    #[test]
    fn lengths_in_the_message_add_up() {
        let hello = client_hello();
        assert_eq!(hello[3..5], length(hello.len() - 5));
        assert_eq!(
            hello[6..9],
            [&[0], &length(hello.len() - 9)[..]].concat()[..]
        );
    }
}

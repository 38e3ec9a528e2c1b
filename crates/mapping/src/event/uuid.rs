//! The `uuid` of a converted event.

use sha1::block_api::compress;
use sha1::{Digest as _, Sha1};
use uuid::Uuid;

use crate::json::{JsonError, canonical};

/// The namespace of the UUIDs given to converted events: the UUID v5 of the name
/// `events2logs` in the DNS namespace of RFC 9562.
///
/// The same legacy event gets the same uuid in every run, so that loads can be repeated.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x8ca2_30f2_e4e3_590e_bc38_a2d2_7537_c056);

/// The UUID v5 of an `eventId`, decoded.
pub(super) fn of_event_id(event_id: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, event_id.as_bytes())
}

/// The same, by the processor's SHA instructions where it has any.
pub(super) fn of_event_id_quick(event_id: &[u8]) -> Uuid {
    if let Some(uuid) = of_short_id(event_id) {
        return uuid;
    }
    let mut hash = Sha1::new();
    hash.update(NAMESPACE.as_bytes());
    hash.update(event_id);
    let digest: [u8; 20] = hash.finalize().into();
    let [first @ .., _, _, _, _] = digest;
    uuid::Builder::from_sha1_bytes(first).into_uuid()
}

/// The same for an id that takes, with the namespace before it and SHA-1's padding behind it
/// (RFC 3174, section 4), a single block: as usual ones do.
fn of_short_id(event_id: &[u8]) -> Option<Uuid> {
    let mut block = [0; 64];
    let (namespace, rest) = block.split_first_chunk_mut::<16>()?;
    *namespace = *NAMESPACE.as_bytes();
    let (text, length) = rest.split_last_chunk_mut::<8>()?;
    let bits = event_id
        .len()
        .checked_add(namespace.len())?
        .checked_mul(8)?;
    *length = u64::try_from(bits).ok()?.to_be_bytes();
    *text.get_mut(event_id.len())? = 0x80;
    text.get_mut(..event_id.len())?.copy_from_slice(event_id);

    let mut state = INITIAL;
    compress(&mut state, &[block]);
    let mut first = [0; 16];
    for (bytes, word) in first.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    Some(uuid::Builder::from_sha1_bytes(first).into_uuid())
}

/// The state that SHA-1 starts from (RFC 3174, section 6.1).
const INITIAL: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];

/// The UUID v5 of the canonical JSON of an event that has no `eventId`.
pub(super) fn of_record(record: &str) -> Result<Uuid, JsonError> {
    let mut text = String::with_capacity(record.len());
    canonical(record, &mut text)?;
    Ok(Uuid::new_v5(&NAMESPACE, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_is_what_its_documentation_says() {
        assert_eq!(
            NAMESPACE,
            Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"events2logs")
        );
    }

    #[test]
    fn all_ways_give_the_same() {
        for length in 0..200 {
            let id = "\u{e9}tev5WbARjNV7GAKQFQ-_CNNly1514764800000"
                .chars()
                .cycle()
                .take(length)
                .collect::<String>();
            assert_eq!(of_event_id(&id), of_event_id_quick(id.as_bytes()));
            let is_short = id.len() < 40;
            assert_eq!(
                of_short_id(id.as_bytes()).is_some(),
                is_short,
                "{}",
                id.len()
            );
        }
    }

    #[test]
    fn key_order_and_white_space_do_not_change_the_uuid() {
        let one = of_record(r#"{"a":1,"b":[1.0]}"#).unwrap();
        assert_eq!(one, of_record(r#"{ "b" : [1.0], "a" : 1 }"#).unwrap());
        assert_ne!(one, of_record(r#"{"a":1,"b":[1]}"#).unwrap());
    }
}

//! The `uuid` of a converted event.

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
    let mut hash = Sha1::new();
    hash.update(NAMESPACE.as_bytes());
    hash.update(event_id);
    let digest: [u8; 20] = hash.finalize().into();
    let [first @ .., _, _, _, _] = digest;
    uuid::Builder::from_sha1_bytes(first).into_uuid()
}

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
    fn both_ways_give_the_same() {
        for id in [
            "a",
            "tev5WbARjNV7GAKQFQ-_CNNly1514764800000",
            "\u{e9}",
            &"x".repeat(200),
        ] {
            assert_eq!(of_event_id(id), of_event_id_quick(id.as_bytes()));
        }
    }

    #[test]
    fn key_order_and_white_space_do_not_change_the_uuid() {
        let one = of_record(r#"{"a":1,"b":[1.0]}"#).unwrap();
        assert_eq!(one, of_record(r#"{ "b" : [1.0], "a" : 1 }"#).unwrap());
        assert_ne!(one, of_record(r#"{"a":1,"b":[1]}"#).unwrap());
    }
}

//! One level of an object or array, as borrowed text.

use std::borrow::Cow;
use std::fmt;

use hashbrown::HashSet;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{JsonError, Raw};

/// The members of one object in their order, keys decoded, values as text.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

impl<'a> Members<'a> {
    /// Reads `text`, which must be an object, checking all of it for syntax and its own
    /// level for duplicate keys.
    pub(crate) fn parse(text: &'a str) -> Result<Self, JsonError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = reader.deserialize_map(MembersVisitor);
        let members = read
            .and_then(|members| reader.end().map(|()| members))
            .map_err(|error| JsonError::from_serde(&error, text))?;
        members.check_unique(text)?;
        Ok(members)
    }

    /// The value of `key`.
    pub(crate) fn get(&self, key: &str) -> Option<Raw<'a>> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value)
    }

    /// Takes the value of `key` out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Raw<'a>> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// The object under `key`; empty if there is none or it is something else.
    pub(crate) fn object(&self, key: &str) -> Result<Self, JsonError> {
        match self.get(key) {
            Some(value) if value.is_object() => Self::parse(value.text()),
            _ => Ok(Self::default()),
        }
    }

    /// The string under `key`, as it stands.
    pub(crate) fn string(&self, key: &str) -> Option<Raw<'a>> {
        self.get(key).filter(|value| value.is_string())
    }

    fn check_unique(&self, text: &str) -> Result<(), JsonError> {
        // Up to here comparing beats hashing; an event's objects have four to eight keys.
        const FEW: usize = 16;
        // From here on sorting takes less memory, and that all at once.
        const MANY: usize = 1 << 12;
        let duplicate = if self.0.len() > MANY {
            self.first_duplicate()
        } else if self.0.len() <= FEW {
            self.0
                .iter()
                .enumerate()
                .find(|(at, (key, _))| self.0.iter().take(*at).any(|(earlier, _)| earlier == key))
                .map(|(_, member)| member)
        } else {
            let mut seen = HashSet::with_capacity(self.0.len());
            self.0.iter().find(|(key, _)| !seen.insert(key.clone()))
        };
        match duplicate {
            Some((key, value)) => Err(JsonError::DuplicateKey {
                key: key.clone().into_owned(),
                offset: value.offset_in(text),
            }),
            None => Ok(()),
        }
    }
}

impl<'a> Members<'a> {
    /// The first member whose key stood before.
    fn first_duplicate(&self) -> Option<&(Cow<'a, str>, Raw<'a>)> {
        let mut keys: Vec<(&str, usize)> = Vec::new();
        let by_place = self.0.iter().enumerate();
        keys.extend(by_place.map(|(at, (key, _))| (key.as_ref(), at)));
        keys.sort_unstable();
        let neighbours = keys.iter().zip(keys.iter().skip(1));
        let again = neighbours.filter(|((key, _), (next, _))| key == next);
        self.0.get(again.map(|(_, (_, at))| *at).min()?)
    }
}

impl<'a> IntoIterator for Members<'a> {
    type Item = (Cow<'a, str>, Raw<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some(Key(key)) = map.next_key()? {
            let value: &'de RawValue = map.next_value()?;
            members.push((key, Raw::new(value.get())));
        }
        Ok(Members(members))
    }
}

/// A key, borrowed where it has no escapes (serde's own `Cow` always owns).
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The elements of `text`, which must be an array, checking all of it for syntax.
pub(crate) fn elements(text: &str) -> Result<Vec<Raw<'_>>, JsonError> {
    struct Elements;
    impl<'de> Visitor<'de> for Elements {
        type Value = Vec<Raw<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = array.next_element::<&'de RawValue>()? {
                elements.push(Raw::new(element.get()));
            }
            Ok(elements)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_seq(Elements);
    read.and_then(|elements| reader.end().map(|()| elements))
        .map_err(|error| JsonError::from_serde(&error, text))
}

//! A record of the usual kind becomes a legacy event in one pass over its text.
//!
//! The result is the same as that of [`LegacyEvent::read`], or `None`: then that is to be used,
//! and says what is wrong if anything is.

use std::borrow::Cow;

use crate::json::{Cursor, Key, Met, Name};

use super::legacy::{
    ACTION, ACTORS, Action, EVENT_ID, Element, LegacyEvent, MESSAGE, PUBLISHED, Parties,
    REQUEST_ID, REQUEST_URI, SESSION_ID, TARGETS,
};
use super::party::{DISPLAY_NAME, ID, IP_ADDRESS, LOGIN, OBJECT_TYPE, Party, Unknown};

/// How many unknown attributes of one object are compared with each other.
const FEW: usize = 16;

// The names stand in the order that events have them in.

const EVENT: [Name; 7] = [
    Name::new(EVENT_ID),
    Name::new(SESSION_ID),
    Name::new(REQUEST_ID),
    Name::new(PUBLISHED),
    Name::new(ACTION),
    Name::new(ACTORS),
    Name::new(TARGETS),
];

const CATEGORIES: &str = "categories";

const IN_ACTION: [Name; 4] = [
    Name::new(MESSAGE),
    Name::new(CATEGORIES),
    Name::new(OBJECT_TYPE),
    Name::new(REQUEST_URI),
];

const PARTY: [Name; 5] = [
    Name::new(ID),
    Name::new(DISPLAY_NAME),
    Name::new(LOGIN),
    Name::new(IP_ADDRESS),
    Name::new(OBJECT_TYPE),
];

/// A party to be filled in place. A constant, so that it is copied from memory and not put
/// together beforehand.
const NEW: Element<'static> = Element::Party(Party {
    id: None,
    object_type: None,
    display_name: None,
    login: None,
    ip_address: None,
    unknown: Unknown::new(),
});

/// Lists of events that are done with, whose memory the next event uses.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    actors: Vec<Element<'static>>,
    targets: Vec<Element<'static>>,
    in_action: Unknown<'static>,
}

impl Scratch {
    /// Takes back what `event` was read into.
    pub(super) fn take_back(&mut self, event: LegacyEvent<'_>) {
        if let Some(Parties::List(elements)) = event.actors {
            self.actors = emptied(elements);
        }
        if let Some(Parties::List(elements)) = event.targets {
            self.targets = emptied(elements);
        }
        self.in_action = emptied(event.action.unknown);
    }
}

/// An empty list for things of another lifetime, in the same memory.
fn emptied<T, U>(mut list: Vec<T>) -> Vec<U> {
    list.clear();
    // Collected in place, since the two are of one size.
    list.into_iter().filter_map(|_| None).collect()
}

/// Reads `record`, without white space around it, into `event`, which must be a new one.
///
/// All of it is filled in place: moving what was just written costs more than writing it.
pub(super) fn legacy_event<'a>(
    record: &'a str,
    scratch: &mut Scratch,
    event: &mut LegacyEvent<'a>,
) -> Option<()> {
    let mut cursor = Cursor::new(record);
    let mut met = Met::default();
    let mut more = !cursor.opens_empty(b'{', b'}')?;
    let mut has_action = false;
    while more {
        let place = match cursor.key(&EVENT, &mut met)? {
            Key::Known(0) => Some(&mut event.event_id),
            Key::Known(1) => Some(&mut event.session_id),
            Key::Known(2) => Some(&mut event.request_id),
            Key::Known(3) => Some(&mut event.published),
            Key::Known(4) => {
                has_action = true;
                event.action.unknown = emptied(std::mem::take(&mut scratch.in_action));
                cursor.aside(|it| read_action(it, &mut event.action))?;
                None
            }
            Key::Known(5) => {
                let list = emptied(std::mem::take(&mut scratch.actors));
                cursor.aside(|it| read_parties(it, list, &mut event.actors))?;
                None
            }
            Key::Known(_) => {
                let list = emptied(std::mem::take(&mut scratch.targets));
                cursor.aside(|it| read_parties(it, list, &mut event.targets))?;
                None
            }
            Key::Unknown(key) => {
                cursor.aside(|it| push_unknown(key, it, &mut event.unknown))?;
                None
            }
        };
        if let Some(place) = place {
            *place = Some(cursor.value()?);
        }
        more = cursor.goes_on(b'}')?;
    }
    (cursor.at_end() && has_action).then_some(())
}

fn push_unknown<'a>(
    key: &'a str,
    cursor: &mut Cursor<'a>,
    unknown: &mut Unknown<'a>,
) -> Option<()> {
    if unknown.len() >= FEW || unknown.iter().any(|(other, _)| other == key) {
        return None;
    }
    unknown.push((Cow::Borrowed(key), cursor.value()?));
    Some(())
}

fn read_action<'a>(outer: &mut Cursor<'a>, action: &mut Action<'a>) -> Option<()> {
    let mut cursor = outer.clone();
    let mut met = Met::default();
    let mut more = !cursor.opens_empty(b'{', b'}')?;
    while more {
        let key = cursor.key(&IN_ACTION, &mut met)?;
        if let Key::Unknown(key) = key {
            cursor.aside(|it| push_unknown(key, it, &mut action.unknown))?;
        } else {
            let escapes = cursor.escapes();
            let value = cursor.value()?;
            match key {
                Key::Known(0) => action.message = Some(value),
                Key::Known(1) => action.unknown.push((Cow::Borrowed(CATEGORIES), value)),
                // Of a type that is no Unicode text serde_json has to tell.
                Key::Known(2) if cursor.escapes() != escapes => return None,
                Key::Known(2) => action.object_type = value,
                _ => action.request_uri = Some(value),
            }
        }
        more = cursor.goes_on(b'}')?;
    }
    *outer = cursor;
    // No type, an empty one, or one that is no string, is a reject.
    let text = action.object_type.escaped()?;
    (!text.is_empty()).then_some(())
}

fn read_parties<'a>(
    outer: &mut Cursor<'a>,
    mut elements: Vec<Element<'a>>,
    parties: &mut Option<Parties<'a>>,
) -> Option<()> {
    let mut cursor = outer.clone();
    if cursor.peek()? != b'[' {
        *parties = Some(Parties::Other(cursor.value()?));
        *outer = cursor;
        return Some(());
    }
    let mut more = !cursor.opens_empty(b'[', b']')?;
    while more {
        if cursor.peek()? == b'{' {
            elements.push(NEW);
            let Some(Element::Party(party)) = elements.last_mut() else {
                return None;
            };
            cursor.aside(|it| read_party(it, party))?;
        } else {
            elements.push(Element::Other(cursor.value()?));
        }
        more = cursor.goes_on(b']')?;
    }
    *outer = cursor;
    *parties = Some(Parties::List(elements));
    Some(())
}

#[inline(always)]
fn read_party<'a>(outer: &mut Cursor<'a>, party: &mut Party<'a>) -> Option<()> {
    let mut cursor = outer.clone();
    let mut met = Met::default();
    let mut more = !cursor.opens_empty(b'{', b'}')?;
    while more {
        let place = match cursor.key(&PARTY, &mut met)? {
            Key::Known(0) => &mut party.id,
            Key::Known(1) => &mut party.display_name,
            Key::Known(2) => &mut party.login,
            Key::Known(3) => &mut party.ip_address,
            Key::Known(_) => &mut party.object_type,
            Key::Unknown(key) => {
                cursor.aside(|it| push_unknown(key, it, &mut party.unknown))?;
                more = cursor.goes_on(b'}')?;
                continue;
            }
        };
        *place = Some(cursor.value()?);
        more = cursor.goes_on(b'}')?;
    }
    *outer = cursor;
    Some(())
}

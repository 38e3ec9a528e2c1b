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

/// Reads `record`, without white space around it.
pub(super) fn legacy_event(record: &str) -> Option<LegacyEvent<'_>> {
    let mut cursor = Cursor::new(record);
    let (mut event_id, mut session_id, mut request_id, mut published) = (None, None, None, None);
    let (mut action, mut actors, mut targets) = (None, None, None);
    let mut unknown = Unknown::new();
    let mut met = Met::default();
    let mut more = !cursor.opens_empty(b'{', b'}')?;
    while more {
        match cursor.key(&EVENT, &mut met)? {
            Key::Known(0) => event_id = Some(cursor.value()?),
            Key::Known(1) => session_id = Some(cursor.value()?),
            Key::Known(2) => request_id = Some(cursor.value()?),
            Key::Known(3) => published = Some(cursor.value()?),
            Key::Known(4) => action = Some(read_action(&mut cursor)?),
            Key::Known(5) => actors = Some(read_parties(&mut cursor)?),
            Key::Known(_) => targets = Some(read_parties(&mut cursor)?),
            Key::Unknown(key) => push_unknown(key, &mut cursor, &mut unknown)?,
        }
        more = cursor.goes_on(b'}')?;
    }
    cursor.at_end().then_some(LegacyEvent {
        event_id,
        session_id,
        request_id,
        published,
        action: action?,
        actors,
        targets,
        unknown,
    })
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

fn read_action<'a>(cursor: &mut Cursor<'a>) -> Option<Action<'a>> {
    let (mut message, mut object_type, mut request_uri) = (None, None, None);
    let mut unknown = Unknown::new();
    let mut met = Met::default();
    let mut more = !cursor.opens_empty(b'{', b'}')?;
    while more {
        match cursor.key(&IN_ACTION, &mut met)? {
            Key::Known(0) => message = Some(cursor.value()?),
            Key::Known(1) => unknown.push((Cow::Borrowed(CATEGORIES), cursor.value()?)),
            Key::Known(2) => object_type = Some(cursor.value()?),
            Key::Known(_) => request_uri = Some(cursor.value()?),
            Key::Unknown(key) => push_unknown(key, cursor, &mut unknown)?,
        }
        more = cursor.goes_on(b'}')?;
    }
    // An empty type, or one that is no string or no Unicode text, is a reject.
    let object_type = object_type?;
    let usual = object_type
        .escaped()
        .is_some_and(|text| !text.is_empty() && !text.contains('\\'));
    usual.then_some(Action {
        message,
        object_type,
        request_uri,
        unknown,
    })
}

fn read_parties<'a>(cursor: &mut Cursor<'a>) -> Option<Parties<'a>> {
    if cursor.peek()? != b'[' {
        return cursor.value().map(Parties::Other);
    }
    let mut elements = Vec::new();
    let mut more = !cursor.opens_empty(b'[', b']')?;
    while more {
        elements.push(if cursor.peek()? == b'{' {
            Element::Party(read_party(cursor)?)
        } else {
            Element::Other(cursor.value()?)
        });
        more = cursor.goes_on(b']')?;
    }
    Some(Parties::List(elements))
}

fn read_party<'a>(cursor: &mut Cursor<'a>) -> Option<Party<'a>> {
    let mut party = Party::default();
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
                push_unknown(key, cursor, &mut party.unknown)?;
                more = cursor.goes_on(b'}')?;
                continue;
            }
        };
        *place = Some(cursor.value()?);
        more = cursor.goes_on(b'}')?;
    }
    Some(party)
}

//! What LogEvents have in common, as text made once: all of a type, and all of a user agent.

use hashbrown::HashMap;

use crate::json::Raw;
use crate::tables::{EventType, MessageReason, MessageReasons, UserAgent};

use super::log_event::{Derived, type_text};
use super::write::ObjectWriter;

/// How many messages are remembered for a type whose reason depends on them.
const MESSAGES: usize = 1024;

/// A longer message is not remembered.
const MESSAGE_LEN: usize = 256;

/// The text of a LogEvent between the values that each event has of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeText {
    /// From after `displayMessage` to before `published`: eventType and outcome.
    pub(super) outcome: Vec<u8>,
    /// From after `published` into `debugData`: severity.
    pub(super) severity: Vec<u8>,
}

/// What is remembered of a legacy event type.
#[derive(Debug)]
pub(super) struct TypeTemplate<'t> {
    /// None for a type that no table knows.
    pub(super) row: Option<&'t EventType>,
    /// The one text, unless the message matters.
    text: Option<TypeText>,
    /// Otherwise one for each thing that messages say.
    by_reason: Vec<(Option<MessageReason<'t>>, TypeText)>,
    /// And one for each message, so that not all are to be read.
    by_message: HashMap<Vec<u8>, TypeText>,
}

impl<'t> TypeTemplate<'t> {
    pub(super) fn new(row: Option<&'t EventType>) -> Self {
        Self {
            row,
            text: None,
            by_reason: Vec::new(),
            by_message: HashMap::new(),
        }
    }

    /// The text for an event with `message`, where it is remembered.
    #[inline]
    pub(super) fn text(
        &mut self,
        message: Option<Raw<'_>>,
        reasons: &'t MessageReasons,
    ) -> Option<&TypeText> {
        if self.text.is_some() {
            return self.text.as_ref();
        }
        let message = message?;
        if !self.by_message.contains_key(message.bytes()) {
            // Such as "Unknown User" with a name that comes once.
            let found = self.reason(message, reasons)?;
            let mut by_reason = self.by_reason.iter();
            let same = by_reason.position(|(reason, _)| *reason == found)?;
            if message.bytes().len() > MESSAGE_LEN {
                return self.by_reason.get(same).map(|(_, text)| text);
            }
            let text = self.by_reason.get(same).map(|(_, text)| text.clone())?;
            self.remember_message(message, text);
        }
        self.by_message.get(message.bytes())
    }

    fn reason(
        &self,
        message: Raw<'_>,
        reasons: &'t MessageReasons,
    ) -> Option<Option<MessageReason<'t>>> {
        let message = message.decode()?;
        Some(reasons.find(&self.row?.legacy_event_type, &message))
    }

    /// Remembers the text for events like one of type `object_type`, with `message`.
    pub(super) fn remember(
        &mut self,
        object_type: Raw<'_>,
        message: Option<Raw<'_>>,
        reasons: &'t MessageReasons,
        derived: &Derived<'_>,
    ) {
        let text = || type_text(object_type, message, derived);
        let row = self.row;
        if !row.is_some_and(|row| reasons.knows(&row.legacy_event_type)) {
            self.text = Some(text());
            return;
        }
        let Some(message) = message.filter(|it| it.bytes().len() <= MESSAGE_LEN) else {
            return;
        };
        let Some(found) = self.reason(message, reasons) else {
            return;
        };
        // Where the message itself is the reason, another message makes another text.
        let alone = found.is_some_and(|found| found.outcome_reason.is_none());
        if !alone {
            self.by_reason.push((found, text()));
        }
        self.remember_message(message, text());
    }

    fn remember_message(&mut self, message: Raw<'_>, text: TypeText) {
        if self.by_message.len() >= MESSAGES {
            self.by_message.clear();
        }
        self.by_message.insert(message.bytes().to_owned(), text);
    }
}

/// Writes members as they stand between others: with a comma before them, and none around.
pub(super) fn members(out: &mut Vec<u8>, write: impl FnOnce(&mut ObjectWriter<'_>)) {
    let start = out.len();
    write(&mut ObjectWriter::open(out, false));
    if let Some(open) = out.get_mut(start) {
        *open = b',';
    }
}

/// What is remembered of a raw user agent.
#[derive(Debug)]
pub(super) struct UserAgentTemplate<'t> {
    pub(super) found: UserAgent<'t>,
    /// From after `rawUserAgent` to before `browser`.
    pub(super) os: Vec<u8>,
    /// From after `browser` to before `ipAddress`.
    pub(super) device: Vec<u8>,
}

impl<'t> UserAgentTemplate<'t> {
    pub(super) fn new(found: UserAgent<'t>) -> Self {
        let (mut os, mut device) = (Vec::new(), Vec::new());
        members(&mut os, |object| object.string("os", found.os));
        os.extend_from_slice(b",\"browser\":");
        device.push(b'}');
        members(&mut device, |object| {
            object.null("zone");
            object.string("device", found.device);
            object.null("id");
        });
        device.extend_from_slice(b",\"ipAddress\":");
        Self { found, os, device }
    }
}

//! Each record of a block: weighed, converted, counted or rejected.

use std::borrow::Cow;

use events2logs_mapping::Reject;

use crate::block::{Block, LineCounter, Record};
use crate::csv::{Cells, Table};
use crate::events::{Events, Fate};
use crate::formats::Format;
use crate::pointer::Pointer;
use crate::process::{Making, PIECE, csv_writer};
use crate::record::{NoEvent, Unfit, event_of, text_of};
use crate::reject::push_reject;
use crate::run::RunError;
use crate::weight::{LIGHT, SHORT, over_memory, weight};

/// Why a record is rejected that may hold an event, and is none itself.
const NO_OBJECT_TYPE: &str = "no-object-type";

/// A longer record is not searched for an event that another system wrapped in it: it would become
/// a tree for that.
const SEARCHED: usize = 1 << 16;

/// Does `convert` to the event of each record of `block`, in its order. It is told whether that
/// takes much memory.
///
/// # Errors
/// Where what is made cannot be handed on.
pub(crate) fn each<F>(
    block: &Block,
    making: &mut Making<'_, '_>,
    convert: F,
) -> Result<(), RunError>
where
    F: FnMut(&str, bool, &mut Vec<u8>) -> Result<Fate, Reject>,
{
    let formats = making.workshop.formats;
    let events = match formats.to {
        Format::Ndjson => Events::Lines,
        Format::Json => Events::Elements,
        Format::Csv => Events::rows(csv_writer(making.workshop.action)),
    };
    let table = block.table();
    let unwrap = formats.unwrap.as_ref();
    let mut each = Each {
        block,
        // Looked at once for all records, unless one of them is at fault.
        whole: simdutf8::basic::from_utf8(block.bytes()).ok(),
        table,
        cells: table.map(Table::cells),
        unwrap,
        is_wrapped: table.is_some() || unwrap.is_some(),
        lines: LineCounter::default(),
        events,
        making,
        convert,
    };
    for record in block.records() {
        let held = record.bytes.len();
        match block.page(record) {
            None => each.one(record, held)?,
            Some(mut page) => page.try_for_each(|record| each.one(record, held))?,
        }
    }
    Ok(())
}

/// What the records of a block are worked on with.
struct Each<'b, 'm, 'w, 't, F> {
    block: &'b Block,
    /// The block as text, if all of it is.
    whole: Option<&'b str>,
    /// The header, if records are rows.
    table: Option<&'b Table>,
    cells: Option<Cells>,
    /// Where in a record the event is.
    unwrap: Option<&'b Pointer>,
    /// Whether an event has to be taken out of its record.
    is_wrapped: bool,
    lines: LineCounter,
    events: Events,
    making: &'m mut Making<'w, 't>,
    convert: F,
}

impl<F> Each<'_, '_, '_, '_, F>
where
    F: FnMut(&str, bool, &mut Vec<u8>) -> Result<Fate, Reject>,
{
    /// Works on `record`, because of which `held` bytes are in memory.
    fn one(&mut self, record: Record<'_>, held: usize) -> Result<(), RunError> {
        let text = self
            .whole
            .and_then(|whole| whole.get(Block::place_of(record)));
        let (needed, is_heavy) = self.weigh(record, text);
        let permits = self.making.permits;
        let heavy = if is_heavy {
            self.making.hand_on()?;
            self.making.onward.wait_for_turn()?;
            Some(permits.heavy())
        } else {
            None
        };
        let done = match text.map_or_else(|| text_of(record.bytes), Ok) {
            Ok(text) => self.convert(text, held, needed, is_heavy),
            Err(unfit) => Err(unfit),
        };
        match done {
            Ok(Fate::Converted | Fate::Restored) => self.making.done.tally.convert(),
            Ok(Fate::PassedThrough) => self.making.done.tally.pass_through(),
            Err(unfit) => self.reject(record, text, &unfit)?,
        }
        if is_heavy || self.making.done.memory() >= PIECE {
            self.making.hand_on()?;
        }
        drop(heavy);
        Ok(())
    }

    /// How much memory it takes to work on `record`, as far as that is told before its event is
    /// taken out, and whether that is much or may be.
    fn weigh(&self, record: Record<'_>, text: Option<&str>) -> (usize, bool) {
        if record.bytes.len() <= SHORT {
            return (0, false);
        }
        if self.is_wrapped {
            return (0, true);
        }
        let needed = text.map_or(0, |text| self.weight(text));
        (needed, needed > LIGHT)
    }

    fn weight(&self, event: &str) -> usize {
        let workshop = self.making.workshop;
        weight(event.as_bytes(), workshop.action, workshop.formats)
    }

    /// Converts the event of the record `text`, which needs so much memory besides what is held
    /// because of it.
    fn convert(
        &mut self,
        text: &str,
        held: usize,
        needed: usize,
        is_heavy: bool,
    ) -> Result<Fate, Unfit> {
        let most = self.making.origin.most;
        let event = if self.is_wrapped {
            let left = most.saturating_sub(held);
            let table = self.table.zip(self.cells.as_mut());
            let event = event_of(text, table, self.unwrap, left).map_err(|it| match it {
                NoEvent::Unfit(unfit) => unfit,
                NoEvent::OverMemory { needed } => over_memory(held.saturating_add(needed), most),
            })?;
            if is_heavy {
                let needed = event.len().saturating_add(self.weight(&event));
                fits(&event, held.saturating_add(needed), most)?;
            }
            event
        } else {
            fits(text, held.saturating_add(needed), most)?;
            Cow::Borrowed(text)
        };
        let out = &mut self.making.done.out;
        let convert = &mut self.convert;
        let done = self.events.push(out, |out| convert(&event, is_heavy, out));
        done.map_err(|reject| Unfit::from_reject(&reject, self.unwrap))
    }

    fn reject(
        &mut self,
        record: Record<'_>,
        text: Option<&str>,
        unfit: &Unfit,
    ) -> Result<(), RunError> {
        let line = self.lines.line_of(self.block, record);
        let name = self.making.origin.name;
        let is_wrapped = self.is_wrapped;
        let first = || {
            let place = (format!("{name}:{line}"), unfit.reason.clone());
            let is_searched =
                !is_wrapped && record.bytes.len() <= SEARCHED && unfit.code == NO_OBJECT_TYPE;
            let wrapped = text.filter(|_| is_searched);
            (place, wrapped.and_then(Pointer::to_wrapped))
        };
        self.making.done.tally.reject(unfit.code, first);
        push_reject(self.block, record, line, name, unfit, self.making)
    }
}

/// Whether `event`, which needs so many bytes of memory, is to be converted at all.
fn fits(event: &str, needed: usize, most: usize) -> Result<(), Unfit> {
    if needed <= most {
        return Ok(());
    }
    // What is no JSON is told as such, as long as that takes no memory.
    if let Err(error) = events2logs_mapping::syntax(event) {
        return Err(Unfit::from_reject(&Reject::Json(error), None));
    }
    Err(over_memory(needed, most))
}

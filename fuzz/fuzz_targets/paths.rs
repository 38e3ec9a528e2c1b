//! Both ways to convert a record say the same of it.

#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use events2logs_mapping::{ConvertOptions, Converter, Tables};
use libfuzzer_sys::fuzz_target;

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::shipped().expect("the tables are read"));

thread_local! {
    /// Kept from record to record: what one leaves behind must not change another.
    static CONVERTERS: RefCell<[Converter<'static>; 2]> =
        RefCell::new([(), ()].map(|()| Converter::new(&TABLES, ConvertOptions::default())));
}

fuzz_target!(|archive: &str| {
    CONVERTERS.with_borrow_mut(|[quick, reference]| {
        for record in archive.lines() {
            let mut expected = Vec::new();
            let by_reference = reference.convert_by_reference(record, &mut expected);
            // The second time by what the first one left behind.
            for _ in 0..2 {
                let mut out = Vec::new();
                assert_eq!(quick.convert(record, &mut out), by_reference);
                assert_eq!(out, expected);
            }
        }
    });
});

//! However functions are parted, a program does what it did in one piece, and loads what it calls.

use std::collections::BTreeMap;

use wasmi::{Caller, Engine, Extern, Func, Instance, Linker, Module, Store, Val};

use super::{LOAD, Plan, Split, functions_of, parse, split};

/// Calls of every kind: of what is beside, through the table, by an export, of the page, and back into the program.
const PROGRAM: &str = r#"
    (module
        (import "page" "tell" (func $tell (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 8) "\05\00\00\00")
        (table 4 funcref)
        (elem (i32.const 1) $double $square)
        (global $calls (mut i32) (i32.const 0))
        (func $count
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (call $tell (global.get $calls)))
        (func $double (param i32) (result i32)
            (call $count)
            (i32.add (local.get 0) (local.get 0)))
        (func $square (param i32) (result i32)
            (call $count)
            (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
            (i32.mul (local.get 0) (local.get 0)))
        (func $both (param i32) (result i32)
            (call $square (call $double (local.get 0))))
        (func (export "direct") (param i32) (result i32)
            (i32.add (call $both (local.get 0)) (i32.load (i32.const 8))))
        (func (export "indirect") (param i32) (result i32)
            (call_indirect (param i32) (result i32) (i32.const 7) (local.get 0))))
"#;

/// What the page sees: what is told, and which parts are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    told: Vec<i32>,
    loaded: Vec<usize>,
}

fn run(code: &[u8], parts: BTreeMap<usize, Vec<u8>>, names: &BTreeMap<String, String>) -> (Vec<i32>, Seen) {
    let engine = Engine::default();
    let mut store = Store::new(&engine, Seen::default());
    let tell =
        Func::wrap(&mut store, |mut page: Caller<'_, Seen>, what: i32| page.data_mut().told.push(what));
    let load = Func::wrap(&mut store, move |mut page: Caller<'_, Seen>, number: i32| {
        let number = usize::try_from(number).expect("it is a part's number");
        page.data_mut().loaded.push(number);
        let part = Module::new(page.engine(), &parts[&number]).expect("it is a module");
        let wanted =
            part.imports().map(|import| page.get_export(import.name()).expect("the first module has it"));
        let wanted: Vec<Extern> = wanted.collect();
        Instance::new(&mut page, &part, &wanted).expect("it fits");
    });
    let module = Module::new(&engine, code).expect("it is a module");
    let mut linker = Linker::new(&engine);
    let short = |name: &str| names.get(name).map_or(name.to_owned(), Clone::clone);
    linker.define("page", &short("tell"), tell).expect("there is no other");
    linker.define("page", LOAD, load).expect("there is no other");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("it starts");
    let mut results = Vec::new();
    for (name, argument) in [("direct", 3), ("indirect", 1), ("indirect", 2), ("direct", 4)] {
        let mut result = [Val::I32(0)];
        let function = instance.get_func(&store, name).expect("it is exported");
        function.call(&mut store, &[Val::I32(argument)], &mut result).expect("it returns");
        results.push(result[0].i32().expect("it is a number"));
    }
    (results, store.into_data())
}

fn program() -> Vec<u8> {
    wat::parse_str(PROGRAM).expect("it is a program")
}

#[test]
fn however_it_is_parted_a_program_does_the_same() {
    let input = program();
    let (expected, in_one_piece) = run(&input, BTreeMap::new(), &BTreeMap::new());
    assert_eq!(expected, [36 + 6, 14, 49, 64 + 8]);
    let functions = functions_of(&input).expect("it is read");
    let ways = 3_usize.pow(u32::try_from(functions.len()).expect("they are few"));
    for way in 0..ways {
        let digit = |place: usize| way / 3_usize.pow(u32::try_from(place).expect("they are few")) % 3;
        let part_of = functions.iter().enumerate().map(|(place, function)| (*function, digit(place)));
        let plan = Plan { part_of: part_of.filter(|(_, part)| *part > 0).collect() };
        let Split { first, parts, names } = split(&input, &plan).expect("it is parted");
        let (results, seen) = run(&first, parts, &names);
        assert_eq!(results, expected, "{plan:?}");
        assert_eq!(seen.told, in_one_piece.told, "{plan:?}");
        // Each is asked for once, when it is called; in this program everything is.
        let mut loaded = seen.loaded;
        loaded.sort_unstable();
        assert_eq!(loaded, plan.parts().into_iter().collect::<Vec<_>>(), "{plan:?}");
    }
}

#[test]
fn what_is_not_called_is_not_loaded() {
    let input = wat::parse_str(
        r#"(module
            (import "page" "tell" (func $tell (param i32)))
            (table 1 funcref)
            (func $never (call $tell (i32.const 1)))
            (func (export "direct") (param i32) (result i32)
                (if (i32.eqz (local.get 0)) (then (call $never)))
                (local.get 0))
            (func (export "indirect") (param i32) (result i32) (local.get 0)))"#,
    );
    let input = input.expect("it is a program");
    let never = functions_of(&input).expect("it is read")[0];
    let plan = Plan { part_of: BTreeMap::from([(never, 1)]) };
    let Split { first, parts, names } = split(&input, &plan).expect("it is parted");
    let (results, seen) = run(&first, parts, &names);
    assert_eq!((results, seen), (vec![3, 1, 2, 4], Seen::default()));
}

#[test]
fn only_the_first_module_has_data() {
    let input = program();
    let all = functions_of(&input).expect("it is read").into_iter().map(|function| (function, 1));
    let split = split(&input, &Plan { part_of: all.collect() }).expect("it is parted");
    assert_eq!(parse(&split.first).expect("it is read").data.iter().count(), 1);
    assert_eq!(parse(&split.parts[&1]).expect("it is read").data.iter().count(), 0);
}

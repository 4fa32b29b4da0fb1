//! One module made into several: what opening the page takes, and parts that come when they are called.
//!
//! Every output is made of the same input, parsed anew: functions that are elsewhere become imports, and what
//! nothing refers to any more is dropped. All that is not a function (memory, tables, globals, tags, data) is
//! the first module's, which exports it.
//!
//! A function that was moved and that somebody outside of its part calls, or that has a place in the function
//! table, leaves a stand-in: it has the part loaded, unless it is there, and calls the function through the
//! table, where the part's own elements have taken the stand-in's place. So a part may be late, but never missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, bail};
use walrus::ir::{self, Value, Visitor};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, Module, TableId, TagKind, ValType,
};

/// The name under which parts import from the first module: all of its exports.
pub const FIRST: &str = "first";
/// The function of the page that has a part loaded before it returns; given the part's number.
pub const LOAD: &str = "__load_part";

/// A function's place in the input: the same number in whatever is parsed from it.
pub type Ordinal = usize;

/// Where each function of the input goes: to a part by its number, from 1 on, or nowhere but in the first module.
#[derive(Debug, Default)]
pub struct Plan {
    pub part_of: BTreeMap<Ordinal, usize>,
}

impl Plan {
    pub fn parts(&self) -> BTreeSet<usize> {
        self.part_of.values().copied().collect()
    }

    fn part(&self, function: FunctionId) -> usize {
        self.part_of.get(&function.index()).copied().unwrap_or(0)
    }
}

/// What becomes of one input.
#[derive(Debug)]
pub struct Split {
    pub first: Vec<u8>,
    /// By their numbers.
    pub parts: BTreeMap<usize, Vec<u8>>,
    /// What the first module imports, by the names in the input, with the names that it has now.
    pub names: BTreeMap<String, String>,
}

/// Returns the functions of a module that can move.
pub fn functions_of(input: &[u8]) -> Result<Vec<Ordinal>> {
    Ok(parse(input)?.funcs.iter_local().map(|(id, _)| id.index()).collect())
}

pub fn split(input: &[u8], plan: &Plan) -> Result<Split> {
    let links = Links::find(input, plan)?;
    let parts = plan.parts().into_iter().map(|number| Ok((number, part(input, plan, &links, number)?)));
    let parts = parts.collect::<Result<_>>()?;
    let (first, names) = first(input, plan, &links)?;
    Ok(Split { first, parts, names })
}

/// What the modules have of each other.
struct Links {
    /// The place in the function table of each function that leaves a stand-in.
    slots: BTreeMap<Ordinal, u64>,
    /// What parts call that is in the first module, imports and stand-ins included.
    exported: BTreeSet<Ordinal>,
    /// How many places the input's table has.
    places: u64,
}

impl Links {
    fn find(input: &[u8], plan: &Plan) -> Result<Self> {
        let module = parse(input)?;
        let table = function_table(&module)?;
        let mut slots = BTreeMap::new();
        for element in module.elements.iter() {
            let (kind, functions) = (&element.kind, functions(&element.items)?);
            let offset = match kind {
                ElementKind::Active { table: of, offset } if *of == table => Some(constant(offset)?),
                ElementKind::Declared => None,
                _ => bail!("elements other than the function table's are not split"),
            };
            for (place, function) in functions.into_iter().enumerate() {
                if plan.part(function) > 0 {
                    let offset =
                        offset.context("a function that moves is referred to, but not in the table")?;
                    slots.insert(function.index(), offset + place as u64);
                }
            }
        }
        let (mut called, mut exported) = (BTreeSet::new(), BTreeSet::new());
        for (caller, body) in module.funcs.iter_local() {
            let mut calls = Calls::default();
            ir::dfs_in_order(&mut calls, body, body.entry_block());
            let here = plan.part(caller);
            for callee in calls.0 {
                let there = plan.part(callee);
                if here != there && there > 0 {
                    called.insert(callee.index());
                }
                if here != there && here > 0 {
                    exported.insert(callee.index());
                }
            }
        }
        for export in module.exports.iter() {
            if let ExportItem::Function(function) = export.item
                && plan.part(function) > 0
            {
                called.insert(function.index());
            }
        }
        let places = module.tables.get(table).initial;
        let unplaced: Vec<_> = called.into_iter().filter(|function| !slots.contains_key(function)).collect();
        slots.extend(unplaced.into_iter().zip(places..));
        Ok(Self { slots, exported, places })
    }
}

#[derive(Default)]
struct Calls(Vec<FunctionId>);

impl Visitor<'_> for Calls {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.push(*function);
    }
}

/// The module that has everything but the moved functions.
fn first(input: &[u8], plan: &Plan, links: &Links) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let mut module = parse(input)?;
    let table = function_table(&module)?;
    let glue = module.imports.iter().find(|import| matches!(import.kind, ImportKind::Function(_)));
    let glue = glue.context("the module imports no function of the page")?.module.clone();
    let takes_number = module.types.add(&[ValType::I32], &[]);
    let (load, _) = module.add_import_func(&glue, LOAD, takes_number);
    let ensure: HashMap<usize, FunctionId> =
        plan.parts().into_iter().map(|number| (number, ensure(&mut module, load, number))).collect();

    let ids: HashMap<Ordinal, FunctionId> = module.funcs.iter().map(|f| (f.id().index(), f.id())).collect();
    for (&ordinal, &part) in &plan.part_of {
        let id = ids[&ordinal];
        let ty = module.funcs.get(id).ty();
        let (params, results) = module.types.params_results(ty);
        let (params, results) = (params.to_vec(), results.to_vec());
        let arguments: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
        let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
        let mut body = builder.func_body();
        match links.slots.get(&ordinal) {
            Some(&slot) => {
                body.call(ensure[&part]);
                for argument in &arguments {
                    body.local_get(*argument);
                }
                body.i32_const(i32::try_from(slot)?).call_indirect(ty, table);
            }
            None => {
                // Nothing outside of its part knows of it, so it is dropped with the next pass.
                body.unreachable();
            }
        }
        module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
    }

    let new: Vec<_> = links.slots.iter().filter(|(_, slot)| **slot >= links.places).collect();
    let functions: Vec<_> = new.iter().map(|(function, _)| ids[function]).collect();
    grow(&mut module, table, functions.len() as u64);
    let places = Value::I32(i32::try_from(links.places)?);
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(places) };
    let element = module.elements.add(kind, ElementItems::Functions(functions));
    module.tables.get_mut(table).elem_segments.insert(element);

    for function in &links.exported {
        module.exports.add(&function_name(*function), ids[function]);
    }
    for (name, item) in shared(&module) {
        module.exports.add(&name, item);
    }
    walrus::passes::gc::run(&mut module);
    let names = shorten(&mut module);
    Ok((module.emit_wasm(), names))
}

/// Gives what is imported short names: the long ones are for people, with a hash in each that does not compress.
fn shorten(module: &mut Module) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for import in module.imports.iter_mut().filter(|import| import.name != LOAD) {
        let short = format!("i{}", names.len());
        names.insert(std::mem::replace(&mut import.name, short.clone()), short);
    }
    names
}

/// A function that has a part loaded, unless it is there: the part says so when it comes.
fn ensure(module: &mut Module, load: FunctionId, number: usize) -> FunctionId {
    let there = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    module.exports.add(&there_name(number), there);
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.name(format!("part {number}"));
    builder.func_body().global_get(there).if_else(
        None,
        |_| {},
        |missing| {
            missing.i32_const(number as i32).call(load);
        },
    );
    builder.finish(Vec::new(), &mut module.funcs)
}

fn grow(module: &mut Module, table: TableId, by: u64) {
    let table = module.tables.get_mut(table);
    table.initial += by;
    if let Some(maximum) = &mut table.maximum {
        *maximum += by;
    }
}

/// The module with one part's functions.
fn part(input: &[u8], plan: &Plan, links: &Links, number: usize) -> Result<Vec<u8>> {
    let mut module = parse(input)?;
    let table = function_table(&module)?;
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    for export in exports {
        module.exports.delete(export);
    }
    module.start = None;
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    for element in elements {
        module.elements.delete(element);
    }
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for data in data {
        module.data.delete(data);
    }
    let names = shared(&module);
    let new = links.slots.values().filter(|slot| **slot >= links.places).count();
    grow(&mut module, table, new as u64);
    for id in module.tables.iter().map(walrus::Table::id).collect::<Vec<_>>() {
        module.tables.get_mut(id).elem_segments.clear();
    }
    for (name, item) in names {
        import(&mut module, &name, item);
    }

    let functions: Vec<_> = module.funcs.iter().map(walrus::Function::id).collect();
    for &id in &functions {
        if plan.part(id) != number {
            let ty = module.funcs.get(id).ty();
            if let FunctionKind::Import(of_page) = &module.funcs.get(id).kind {
                let import = of_page.import;
                module.imports.delete(import);
            }
            let import = module.imports.add(FIRST, &function_name(id.index()), id);
            module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
    }

    let ids: HashMap<Ordinal, FunctionId> = functions.iter().map(|id| (id.index(), *id)).collect();
    let mut mine: Vec<_> = links.slots.iter().filter(|(of, _)| plan.part_of[of] == number).collect();
    mine.sort_by_key(|(_, slot)| **slot);
    for run in mine.chunk_by(|a, b| a.1 + 1 == *b.1) {
        let offset = ConstExpr::Value(Value::I32(i32::try_from(*run[0].1)?));
        let functions = run.iter().map(|(function, _)| ids[function]).collect();
        let element = ElementKind::Active { table, offset };
        let element = module.elements.add(element, ElementItems::Functions(functions));
        module.tables.get_mut(table).elem_segments.insert(element);
    }

    let (there, _) = module.add_import_global(FIRST, &there_name(number), ValType::I32, true, false);
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.func_body().i32_const(1).global_set(there);
    module.start = Some(builder.finish(Vec::new(), &mut module.funcs));
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// All that is no function, with the names under which parts import it: each kind is counted by itself, so that
/// what the first module has more at the end of one changes no name.
fn shared(module: &Module) -> Vec<(String, ExportItem)> {
    let named = |letter: char, items: Vec<ExportItem>| {
        items.into_iter().enumerate().map(move |(place, item)| (format!("{letter}{place}"), item))
    };
    let memories = module.memories.iter().map(|memory| ExportItem::Memory(memory.id())).collect();
    let tables = module.tables.iter().map(|table| ExportItem::Table(table.id())).collect();
    let globals = module.globals.iter().map(|global| ExportItem::Global(global.id())).collect();
    let tags = module.tags.iter().map(|tag| ExportItem::Tag(tag.id())).collect();
    [('m', memories), ('t', tables), ('g', globals), ('e', tags)]
        .into_iter()
        .flat_map(|(letter, items)| named(letter, items))
        .collect()
}

fn import(module: &mut Module, name: &str, item: ExportItem) {
    match item {
        ExportItem::Memory(id) => {
            let import = module.imports.add(FIRST, name, id);
            let memory = module.memories.get_mut(id);
            memory.import = Some(import);
            memory.data_segments.clear();
        }
        ExportItem::Table(id) => {
            let import = module.imports.add(FIRST, name, id);
            module.tables.get_mut(id).import = Some(import);
        }
        ExportItem::Global(id) => {
            let import = module.imports.add(FIRST, name, id);
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
        ExportItem::Tag(id) => {
            if let TagKind::Import(of_page) = module.tags.get(id).kind {
                module.imports.delete(of_page);
            }
            let import = module.imports.add(FIRST, name, id);
            module.tags.get_mut(id).kind = TagKind::Import(import);
        }
        ExportItem::Function(_) => unreachable!("functions are no part of what is shared whole"),
    }
}

fn function_name(function: Ordinal) -> String {
    format!("f{function:x}")
}

fn there_name(part: usize) -> String {
    format!("p{part}")
}

pub fn parse(input: &[u8]) -> Result<Module> {
    Module::from_buffer(input).context("failed to read the module")
}

fn function_table(module: &Module) -> Result<TableId> {
    module.tables.main_function_table()?.context("the module has no function table")
}

fn functions(items: &ElementItems) -> Result<Vec<FunctionId>> {
    match items {
        ElementItems::Functions(functions) => Ok(functions.clone()),
        ElementItems::Expressions(..) => bail!("elements that are expressions are not split"),
    }
}

fn constant(offset: &ConstExpr) -> Result<u64> {
    match offset {
        ConstExpr::Value(Value::I32(value)) => Ok(u64::try_from(*value)?),
        _ => bail!("elements whose place is not a number are not split"),
    }
}

#[cfg(test)]
#[path = "parts_tests.rs"]
mod tests;

//! A run that was recorded, and what it tells.

use wakeline::runtime::{self, BoxFuture, Builder, Config, Run};
use wakeline::timeline::Model;
use wakeline::trace::{Event, Frame, Recorder};

/// A run that was recorded.
pub struct Recorded {
    pub model: Model,
    pub frames: Vec<Frame>,
}

/// Records a run on Wakeline's executor.
pub fn record(main: impl FnOnce() -> BoxFuture<'static, ()>) -> Recorded {
    let config = Config { recorder: Recorder::new(1 << 16), ..Config::default() };
    let mut run = Run::new(config, main);
    let (mut model, mut frames) = (Model::new(), Vec::new());
    runtime::block_on(&mut run, 100_000, |frame| frames.push(frame));
    frames.push(run.take_frame());
    for frame in &frames {
        model.apply(frame);
    }
    Recorded { model, frames }
}

impl Recorded {
    /// The last moment of the run.
    pub fn end(&self) -> wakeline::timeline::Moment {
        self.model.extent().end
    }

    /// What was done with a resource: `lane Op detail`.
    pub fn ops(&self, name: &str) -> Vec<String> {
        let named = |resource: &&wakeline::timeline::Resource| resource.name == name;
        let resource = self.model.resources().iter().find(named);
        let id = resource.unwrap_or_else(|| panic!("nothing is called `{name}`")).id;
        let op = |line: wakeline::timeline::OpLine| {
            let lane = self.model.lane_name(line.lane);
            format!("{lane} {:?} {}", line.op, line.detail)
        };
        self.model.ops(id).map(op).collect()
    }

    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.frames.iter().flat_map(|frame| &frame.events)
    }
}

/// Spawns a task with a name.
pub fn task(name: &str, future: impl Future<Output = ()> + Send + 'static) -> runtime::JoinHandle<()> {
    Builder::new().name(name).spawn(future)
}

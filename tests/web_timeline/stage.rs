//! A page with nothing but the timeline and its twin on it, and a hand to use them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wakeline::app::components::ViewProps;
use wakeline::app::components::twin::Twin;
use wakeline::app::timeline::Timeline;
use wakeline::app::{Command, Look, Phase, Selection, View, ViewHandle};
use wakeline::drawing::layout::{Layout, Metrics};
use wakeline::patterns::{self, Scene, Values};
use wakeline::runtime::{Config, Progress, Run};
use wakeline::timeline::{Axis, Model, Moment, Span, SpanState, Viewport};
use wakeline::trace::{Event, LaneId, LocationId, Recorder};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, Document, Element, HtmlCanvasElement, HtmlElement, KeyboardEvent,
    KeyboardEventInit, PointerEvent, PointerEventInit, WheelEvent, WheelEventInit,
};
use yew::prelude::*;

/// A run of the race, from the real pattern on the real executor.
pub fn race() -> Model {
    let pattern = patterns::find("race").expect("it is in the catalogue");
    let scene = Scene { values: Values::defaults(pattern.params), seed: 0, base: String::new() };
    let mut run = Run::new(Config::default(), || (pattern.start)(scene));
    while !matches!(run.step(), Progress::Ended(_)) {
        run.advance();
    }
    let mut model = Model::new();
    model.apply(&run.take_frame());
    model
}

/// Many tasks that are polled once each.
pub fn crowd(tasks: u32) -> Model {
    let mut recorder = Recorder::new(1 << 20);
    for number in 0..tasks {
        let (lane, name) = (recorder.new_lane(), recorder.name(&format!("worker {number}")));
        let parent = if number == 0 { LaneId::OUTSIDE } else { LaneId(1) };
        recorder.push(Event::Spawned { lane, parent, name, location: LocationId::NONE });
        recorder.push(Event::PollBegin { lane });
        recorder.set_clock(u64::from(number + 1) * 1_000_000);
        recorder.push(Event::PollEnd { lane });
    }
    let mut model = Model::new();
    model.apply(&recorder.take_frame());
    model
}

/// Returns the polls of a lane.
pub fn polls_of(model: &Model, lane: LaneId) -> Vec<Span> {
    model.spans(lane).filter(|span| matches!(span.state, SpanState::Polling { .. })).collect()
}

#[component]
fn Both(props: &ViewProps) -> Html {
    html! {
        <div style="width: 900px">
            <Timeline ..props.clone() />
            <Twin ..props.clone() />
        </div>
    }
}

/// The page.
pub struct Stage {
    pub view: Rc<View>,
    root: HtmlElement,
    app: Option<yew::AppHandle<Both>>,
    asked: Rc<RefCell<Vec<Command>>>,
    keys: Rc<Cell<u32>>,
    on_key: Closure<dyn Fn()>,
}

fn document() -> Document {
    web_sys::window().expect("a browser").document().expect("a page")
}

impl Stage {
    /// Mounts the timeline with a whole run, and the playhead at its end.
    pub async fn open(model: Model) -> Self {
        let document = document();
        for css in
            [include_str!("../../static/styles/theme.css"), include_str!("../../static/styles/timeline.css")]
        {
            let style = document.create_element("style").expect("an element");
            style.set_text_content(Some(css));
            document.head().expect("a head").append_child(&style).expect("it takes a style");
        }
        document.document_element().expect("a root").set_attribute("data-theme", "light").expect("it is set");
        let root: HtmlElement = document.create_element("div").expect("an element").unchecked_into();
        document.body().expect("a body").prepend_with_node_1(&root).expect("it takes a child");

        let view = View::new();
        *view.model_mut() = model;
        let asked = Rc::new(RefCell::new(Vec::new()));
        let (heard, shown) = (Rc::clone(&asked), Rc::downgrade(&view));
        let on_command = Callback::from(move |command: Command| {
            // As the page does: the view is as wide as the panel.
            if let (Command::Resize { width_px }, Some(view)) = (&command, shown.upgrade()) {
                let look = view.look();
                let range = (0.0, look.end);
                view.publish(Look { viewport: Viewport::fit(range, *width_px, 16.0), ..look });
                return;
            }
            heard.borrow_mut().push(command);
        });
        let extent = view.model().extent();
        let axis = Axis::for_extent(&extent);
        let end = axis.x_from_moment(extent.end);
        view.publish(Look {
            revision: 1,
            run: 1,
            axis,
            playhead: end,
            moment: extent.end,
            now_nanos: extent.end.nanos,
            frontier: end,
            end,
            phase: Phase::Ended,
            ..Look::default()
        });
        let props = ViewProps { view: ViewHandle(Rc::clone(&view)), on_command };
        let app = yew::Renderer::<Both>::with_root_and_props(root.clone().unchecked_into(), props).render();
        let keys = Rc::new(Cell::new(0));
        let counted = Rc::clone(&keys);
        let on_key = Closure::<dyn Fn()>::new(move || counted.set(counted.get() + 1));
        root.add_event_listener_with_callback("keydown", on_key.as_ref().unchecked_ref())
            .expect("it listens");
        let stage = Self { view, root, app: Some(app), asked, keys, on_key };
        stage.settle().await;
        stage
    }

    /// Waits for what was asked for to be painted: the browser asks for a painting, and the next.
    pub async fn settle(&self) {
        for _ in 0..3 {
            let frame = js_sys::Promise::new(&mut |painted, _| {
                let window = web_sys::window().expect("a browser");
                window.request_animation_frame(&painted).expect("a page is painted");
            });
            JsFuture::from(frame).await.expect("nothing refuses a frame");
        }
    }

    fn find(&self, selector: &str) -> Element {
        self.root.query_selector(selector).expect("a selector").unwrap_or_else(|| panic!("no {selector}"))
    }

    fn canvas(&self) -> HtmlCanvasElement {
        self.find("canvas").unchecked_into()
    }

    /// Returns how many device pixels have exactly this colour.
    pub fn pixels(&self, colour: [u8; 3]) -> usize {
        let canvas = self.canvas();
        let context = canvas.get_context("2d").expect("a context").expect("a context");
        let context: CanvasRenderingContext2d = context.unchecked_into();
        let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
        let data = context.get_image_data(0.0, 0.0, width, height).expect("its own pixels").data();
        data.chunks_exact(4).filter(|pixel| pixel[..3] == colour).count()
    }

    pub fn canvas_size(&self) -> (u32, u32) {
        (self.canvas().width(), self.canvas().height())
    }

    pub async fn set_theme(&self, name: &str) {
        document().document_element().expect("a root").set_attribute("data-theme", name).expect("it is set");
        let look = self.view.look();
        self.view.publish(Look { colours: look.colours + 1, ..look });
        self.settle().await;
    }

    pub async fn seek(&self, part: f64) {
        let x = self.view.look().end * part;
        self.show(x).await;
    }

    pub async fn seek_to_start(&self) {
        self.show(0.0).await;
    }

    pub async fn seek_to_order(&self, order: u32) {
        let moment = self.view.model().moment(order).expect("it happened");
        self.show(self.view.look().axis.x_from_moment(moment)).await;
    }

    async fn show(&self, x: f64) {
        let look = self.view.look();
        let moment = look.axis.moment_from_x(&self.view.model(), x);
        let now_nanos = moment.nanos;
        self.view.publish(Look { playhead: x, moment, now_nanos, phase: Phase::Paused, ..look });
        self.settle().await;
    }

    pub async fn select(&self, lane: LaneId) {
        let look = self.view.look();
        let selection = Some(Selection { lane, moment: look.moment });
        self.view.publish(Look { selection, ..look });
        self.settle().await;
    }

    /// Returns the lanes from top to bottom.
    pub fn lanes(&self) -> Vec<LaneId> {
        self.view.model().rows().iter().map(|row| row.lane).collect()
    }

    fn layout(&self) -> Layout {
        let scroller = self.find(".timeline-lanes");
        let (width_px, height_px) = (f64::from(scroller.client_width()), f64::from(scroller.client_height()));
        let rows = self.view.model().panel_rows();
        let coarse = web_sys::window().and_then(|window| window.match_media("(pointer: coarse)").ok()?);
        let metrics = Metrics::new(width_px, height_px, rows, coarse.is_some_and(|query| query.matches()));
        Layout { metrics, width_px, height_px, scroll_px: self.scroll_top(), rows }
    }

    pub fn labels_px(&self) -> f64 {
        self.layout().metrics.labels_px
    }

    /// Returns where the track of a lane lies; what is shared lies above all of them.
    pub fn track_y(&self, lane: usize) -> f64 {
        let above = self.view.model().shown_resources().len();
        self.layout().track_y(above + lane)
    }

    pub fn last_row_y(&self) -> f64 {
        let layout = self.layout();
        layout.track_y(layout.rows - 1)
    }

    /// Returns a place in the lanes, with nothing but an idle line under it.
    pub fn middle(&self) -> (f64, f64) {
        (450.0, self.track_y(0) + 16.0)
    }

    /// Returns the place between two moments.
    pub fn x_between(&self, from: Moment, to: Moment) -> f64 {
        let look = self.view.look();
        let middle = (look.axis.x_from_moment(from) + look.axis.x_from_moment(to)) / 2.0;
        self.labels_px() + look.viewport.px_from_x(middle)
    }

    pub fn scroll_top(&self) -> f64 {
        f64::from(self.find(".timeline-lanes").scroll_top())
    }

    /// Scrolls the lanes to a part of all there are.
    pub async fn scroll_to(&self, part: f64) {
        let top = self.layout().max_scroll() * part;
        self.find(".timeline-lanes").set_scroll_top(top.round() as i32);
        self.settle().await;
    }

    fn pointer(&self, kind: &str, id: i32, touch: bool, x: f64, y: f64) {
        let place = self.canvas().get_bounding_client_rect();
        let init = PointerEventInit::new();
        init.set_pointer_id(id);
        init.set_pointer_type(if touch { "touch" } else { "mouse" });
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_client_x((place.left() + x).round() as i32);
        init.set_client_y((place.top() + y).round() as i32);
        let event = PointerEvent::new_with_event_init_dict(kind, &init).expect("an event");
        self.canvas().dispatch_event(&event).expect("it is dispatched");
    }

    pub fn touch(&self, kind: &str, id: i32, x: f64, y: f64) {
        self.pointer(kind, id, true, x, y);
    }

    pub fn hover(&self, x: f64, y: f64) {
        self.pointer("pointermove", 1, false, x, y);
    }

    pub fn click(&self, x: f64, y: f64) {
        self.pointer("pointerdown", 1, false, x, y);
        self.pointer("pointerup", 1, false, x, y);
    }

    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.pointer("pointerdown", 1, false, from.0, from.1);
        for step in 1..=4 {
            let part = f64::from(step) / 4.0;
            let (x, y) = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            self.pointer("pointermove", 1, false, x, y);
        }
        self.pointer("pointerup", 1, false, to.0, to.1);
    }

    /// Turns the wheel over the middle; returns whether the browser is kept from acting on it.
    pub fn turn(&self, dx: f64, dy: f64, ctrl: bool) -> bool {
        let place = self.canvas().get_bounding_client_rect();
        let (x, y) = self.middle();
        let init = WheelEventInit::new();
        init.set_delta_x(dx);
        init.set_delta_y(dy);
        init.set_ctrl_key(ctrl);
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_client_x((place.left() + x).round() as i32);
        init.set_client_y((place.top() + y).round() as i32);
        let event = WheelEvent::new_with_event_init_dict("wheel", &init).expect("an event");
        !self.canvas().dispatch_event(&event).expect("it is dispatched")
    }

    pub fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default()
    }

    pub fn is_hidden(&self, selector: &str) -> bool {
        self.find(selector).unchecked_into::<HtmlElement>().hidden()
    }

    /// Returns what was asked for last.
    pub fn last(&self) -> Option<Command> {
        self.asked.borrow().last().cloned()
    }

    /// Takes all that was asked for.
    pub fn take(&self) -> Vec<Command> {
        self.asked.take()
    }

    pub fn forget(&self) {
        self.asked.take();
    }

    pub fn focus_table(&self) {
        let row = self.find("[data-testid=twin] tr[tabindex='0']").unchecked_into::<HtmlElement>();
        row.focus().expect("a row takes the focus");
    }

    pub fn focused(&self) -> String {
        document().active_element().and_then(|element| element.text_content()).unwrap_or_default()
    }

    pub async fn press(&self, key: &str) {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).expect("an event");
        document().active_element().expect("a focus").dispatch_event(&event).expect("it is dispatched");
        self.settle().await;
    }

    /// Returns how many keys came as far as the page around.
    pub fn keys_that_got_out(&self) -> u32 {
        self.keys.get()
    }

    pub async fn until_news(&self, piece: &str) -> String {
        for _ in 0..500 {
            let news = self.text("[data-testid=news]");
            if news.contains(piece) {
                return news;
            }
            TimeoutFuture::new(20).await;
        }
        self.text("[data-testid=news]")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let key = self.on_key.as_ref().unchecked_ref();
        self.root.remove_event_listener_with_callback("keydown", key).expect("it listened");
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

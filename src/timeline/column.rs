//! A growing column of small values that never moves what it holds.

/// How many values a chunk holds.
const CHUNK: usize = 1024;

/// Values in chunks.
///
/// A `Vec` of a million values is moved each time it grows and may be half empty; in a page, whose
/// memory never shrinks, that costs several times what is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy> Column<T> {
    pub(super) fn len(&self) -> usize {
        match self.chunks.last() {
            Some(last) => (self.chunks.len() - 1) * CHUNK + last.len(),
            None => 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    pub(super) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(value),
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(value);
                self.chunks.push(chunk);
            }
            // The first chunk grows by itself, so that ten thousand short columns stay small.
            None => self.chunks.push(vec![value]),
        }
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK).copied()
    }

    pub(super) fn last(&self) -> Option<T> {
        self.chunks.last()?.last().copied()
    }

    /// Returns the values from `index` on.
    pub(super) fn iter_from(&self, index: usize) -> impl Iterator<Item = T> + '_ {
        let chunk = (index / CHUNK).min(self.chunks.len());
        let skip = index - chunk * CHUNK;
        self.chunks[chunk..].iter().flatten().copied().skip(skip)
    }

    /// Returns how many values at the start fulfil `is_before`; those that do must come first.
    pub(super) fn partition_point(&self, mut is_before: impl FnMut(T) -> bool) -> usize {
        let chunk = self.chunks.partition_point(|chunk| chunk.first().is_some_and(|first| is_before(*first)));
        let Some(chunk) = chunk.checked_sub(1) else { return 0 };
        chunk * CHUNK + self.chunks[chunk].partition_point(|value| is_before(*value))
    }

    /// As `partition_point`, from `from` on, where the answer is expected to be near.
    pub(super) fn gallop(&self, from: usize, mut is_before: impl FnMut(T) -> bool) -> usize {
        let mut chunk = from / CHUNK;
        let mut begin = from % CHUNK;
        while let Some(values) = self.chunks.get(chunk) {
            let found = gallop(begin, values.len(), |index| is_before(values[index]));
            if found < values.len() {
                return chunk * CHUNK + found;
            }
            chunk += 1;
            begin = 0;
        }
        self.len().max(from)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let values: usize = self.chunks.iter().map(Vec::capacity).sum();
        values * size_of::<T>() + self.chunks.capacity() * size_of::<Vec<T>>()
    }
}

/// Returns the first index from `from` to `length` that does not fulfil `is_before`, by steps that
/// double and then halve.
pub(super) fn gallop(from: usize, length: usize, mut is_before: impl FnMut(usize) -> bool) -> usize {
    let (mut low, mut high, mut step) = (from, from, 1);
    while high < length && is_before(high) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    high = high.min(length);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_finds_what_a_slice_finds() {
        for length in [0usize, 1, 1023, 1024, 1025, 5000] {
            let mut column = Column::default();
            (0..length).for_each(|value| column.push(value));
            assert_eq!(column.len(), length);
            assert_eq!(
                column.iter_from(length / 2).collect::<Vec<_>>(),
                (length / 2..length).collect::<Vec<_>>()
            );
            for limit in [0, 1, length / 2, length, length + 1] {
                assert_eq!(column.partition_point(|value| value < limit), limit.min(length));
                for from in [0, limit.min(length) / 2, limit.min(length)] {
                    assert_eq!(column.gallop(from, |value| value < limit), limit.min(length));
                }
            }
        }
    }
}

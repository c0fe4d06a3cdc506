"""Read SDMX-JSON 1.0 data with sdmx1, after :mod:`producers.sdmx.json_shape`."""

import io
import re
from collections.abc import Iterator

import msgspec
from sdmx.model.common import ActionType, AttributeValue, Key, SeriesKey
from sdmx.model.v21 import DataSet
from sdmx.model.v21 import Observation as SdmxObservation
from sdmx.reader.json import Reader

from plan.faults import FaultCode
from producers.files.model import Place
from producers.sdmx.json_shape import ShapeFault, flow_of, listing, load_json, mapping, shaped
from producers.sdmx.model import OBSERVATIONS_MAX, Action, FlowRef, Observation, SdmxData

_ACTIONS = {
    ActionType.information: Action.INFORMATION,
    ActionType.append: Action.APPEND,
    ActionType.replace: Action.REPLACE,
    ActionType.delete: Action.DELETE,
}
_KEY = re.compile(r"\d+(?::\d+)*", re.ASCII)


def read_json(data: bytes) -> SdmxData:
    """Read a whole message, or say why it cannot be read."""
    try:
        loaded = load_json(data)
        flow = flow_of(loaded)
        reader = _Reader()
        sets = reader.convert(io.BytesIO(msgspec.json.encode(shaped(loaded)))).data
    except ShapeFault as refused:
        return SdmxData(faults=(refused.fault,))
    observations = [(data_set, each) for data_set in sets for each in data_set.obs]
    pairs = zip(reader.places, observations, strict=True)
    return SdmxData(tuple(_observation(flow, place, data_set, each) for place, (data_set, each) in pairs))


class _Reader(Reader):
    """sdmx1's reader, with its reading of data sets mended.

    It looks for the attributes of a series in the data set, forgets those of the data set, takes -1 for the last value
    of a list and passes over what is too much in a key. ``places``: where each observation stands, in reading order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._at = 0

    def read_dataset(self, root: dict[str, object], ds_key: Key) -> DataSet:
        """Read one data set; raises ShapeFault."""
        path = f"dataSets/{self._at}"
        self._at += 1
        try:
            data_set = DataSet(action=ActionType[str(root["action"]).lower()])
        except KeyError as refused:
            says = (
                "没有这种操作;可写 Information、Append、Replace",
                "no such action; write Information, Append or Replace",
            )
            raise ShapeFault(f"{path}/action", *says) from refused
        data_set.attrib = self._attributes("dataSet", root.get("attributes", []), f"{path}/attributes")
        for text, each in mapping(root.get("series", {}), f"{path}/series").items():
            inner = f"{path}/series/{text}"
            series = mapping(each, inner)
            key = self._key("series", text, ds_key, inner)
            key.attrib = self._attributes("series", series.get("attributes", []), f"{inner}/attributes")
            data_set.add_obs(list(self._observations(series, inner, ds_key, key)), key)
        data_set.add_obs(list(self._observations(root, path, ds_key, None)))
        return data_set

    def _observations(
        self, root: dict[str, object], path: str, ds_key: Key, series: SeriesKey | None
    ) -> Iterator[SdmxObservation]:
        for text, each in mapping(root.get("observations", {}), f"{path}/observations").items():
            inner = f"{path}/observations/{text}"
            value, *attributes = listing(each, inner) or [None]
            if len(self.places) == OBSERVATIONS_MAX:
                says = f"more than {OBSERVATIONS_MAX} observations; split the file"
                raise ShapeFault("", f"超过 {OBSERVATIONS_MAX} 条观测值;请拆分文件", says, FaultCode.TOO_LARGE)
            self.places.append(Place(path=inner))
            yield SdmxObservation(
                series_key=series,
                dimension=self._key("observation", text, ds_key, inner),
                value=value,
                attached_attribute=self._attributes("observation", attributes, inner),
            )

    def _key(self, level: str, text: str, base: Key, path: str) -> SeriesKey | Key:
        wanted = list(self._dim_level.values()).count(level)
        if _KEY.fullmatch(text) and text.count(":") + 1 == wanted:
            try:
                return self._make_key(level, text, base=base)
            except IndexError as refused:
                raise _bad_index(path, text) from refused
        raise _bad_index(path, text)

    def _attributes(self, level: str, indices: object, path: str) -> dict[str, AttributeValue]:
        known = [attribute for attribute, its_level in self._attr_level.items() if its_level == level]
        listed = listing(indices, path)
        if len(listed) > len(known):
            raise _bad_index(path, f"{len(listed)} attributes of {len(known)}")
        found: dict[str, AttributeValue] = {}
        for attribute, index in zip(known, listed, strict=False):
            if index is None:
                continue
            values = self._attr_values[attribute]
            if type(index) is not int or not 0 <= index < len(values):
                raise _bad_index(path, str(index))
            found[attribute.id] = values[index]
        return found


def _bad_index(path: str, shown: str) -> ShapeFault:
    return ShapeFault(
        path,
        f"序号 {shown[:40]!r} 与结构中的清单不符;请核对",
        f"the index {shown[:40]!r} does not fit the lists of the structure; check it",
    )


def _observation(flow: FlowRef, place: Place, data_set: DataSet, found: SdmxObservation) -> Observation:
    series = found.series_key.attrib if found.series_key is not None else {}
    components = {
        name: each.value.id
        for level in (data_set.attrib, series, found.attached_attribute)
        for name, each in level.items()
    }
    components.update((name, str(each.value)) for name, each in found.key.values.items())
    value = None if found.value is None else str(found.value)
    return Observation(place, flow, _ACTIONS[data_set.action], components, value)

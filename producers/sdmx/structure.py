"""A mapping as the data structure definition that sdmx1 needs to read structure-specific messages."""

from collections.abc import Collection

from sdmx.model import common, v21

from producers.sdmx.mapping_model import DataflowMapping, Role

_VALUE = "OBS_VALUE"


def definition_of(
    flow: DataflowMapping, names: Collection[str], groups: Collection[str]
) -> v21.DataStructureDefinition:
    """The dimensions and attributes of a mapping.

    ``names``: all components that a message has; those not mapped become attributes, so that the library reads them
    and they can be told. ``groups``: the groups of series that the message names.
    """
    agency, _, id_ = flow.id.partition(":")
    made = v21.DataStructureDefinition(id=id_, maintainer=common.Agency(id=agency), version=flow.versions[0])
    for order, component in enumerate(flow.dimensions, 1):
        kind = v21.TimeDimension if component.role is Role.PERIOD else v21.Dimension
        made.dimensions.append(kind(id=component.id, concept_identity=_concept(component.id), order=order))
    dimensions = {component.id for component in flow.dimensions}
    mapped = [component.id for component in flow.attributes]
    for name in dict.fromkeys((*mapped, *sorted({*names} - dimensions - {_VALUE}))):
        made.attributes.append(v21.DataAttribute(id=name, concept_identity=_concept(name)))
    made.measures.append(v21.PrimaryMeasure(id=_VALUE))
    for group in groups:
        made.group_dimensions[group] = v21.GroupDimensionDescriptor(id=group)
    return made


def _concept(id_: str) -> common.Concept:
    made = common.Concept(id=id_)
    # sdmx1 looks here for the code list of an attribute of a data set, and stumbles over a missing one.
    made.core_representation = common.Representation()
    return made

"""bihuan (闭环): Chinese governments' closed-loop procedures, each drawn as a BPMN diagram and executed as drawn."""

using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Source-generated JSON of the dashboard API: camelCase, null where a figure is not known. HTML's characters are escaped.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(InfoView))]
[JsonSerializable(typeof(MonitorListView))]
[JsonSerializable(typeof(MonitorView))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(TopicPageView))]
[JsonSerializable(typeof(TopologyView))]
internal sealed partial class DashboardJson : JsonSerializerContext;

using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Admission.Conditions;

namespace KafkaMesh.Playground.Tests.ApiServer.Admission.Conditions;

public sealed class MatchExpressionTests
{
    private const string Labelled = """{"metadata":{"labels":{"app":"orders","tier":""}}}""";

    [Theory]
    [InlineData("true", true)]
    [InlineData("!(true) || false", false)]
    [InlineData("true || false && false", true)]
    [InlineData("(true || false) && false", false)]
    [InlineData("has(object.metadata.labels)", true)]
    [InlineData("has(object.metadata.annotations)", false)]
    [InlineData("!has(object.metadata.annotations)", true)]
    [InlineData("'app' in object.metadata.labels", true)]
    [InlineData("'zone' in object.metadata.labels", false)]
    [InlineData("!('zone' in object.metadata.labels)", true)]
    [InlineData("object.metadata.labels['app'] == 'orders'", true)]
    [InlineData("object.metadata.labels['tier'] == ''", true)]
    [InlineData("object.metadata.labels['app'] == 'Orders'", false)]
    [InlineData("object.metadata.labels['app'] in ['a', 'orders']", true)]
    [InlineData("object.metadata.labels['app'] in []", false)]
    public void Compile_WhatIsEvaluated_IsTrueOrFalse(string expression, bool expected) => Assert.Equal(expected, Evaluate(expression));

    // https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators: an error on one side gives way to a side that decides.
    [Theory]
    [InlineData("'a' in object.metadata.annotations", null)]
    [InlineData("object.metadata.labels['zone'] == 'a'", null)]
    [InlineData("has(object.status.phase)", null)]
    [InlineData("!(object.metadata.labels['zone'] == 'a')", null)]
    [InlineData("object.metadata.labels['zone'] == 'a' || true", true)]
    [InlineData("object.metadata.labels['zone'] == 'a' || false", null)]
    [InlineData("object.metadata.labels['zone'] == 'a' && false", false)]
    [InlineData("true && object.metadata.labels['zone'] == 'a'", null)]
    public void Compile_MissingKey_IsAnErrorUnlessTheOtherSideDecides(string expression, bool? expected) => Assert.Equal(expected, Evaluate(expression));

    [Theory]
    [InlineData("")]
    [InlineData("true true")]
    [InlineData("(true")]
    [InlineData("object.metadata.labels")]
    [InlineData("object.metadata.labels['app']")]
    [InlineData("object.metadata.name == 'a'")]
    [InlineData("object.metadata.labels[\"app\"] == 'a'")]
    [InlineData("object.metadata.labels['app'] != 'a'")]
    [InlineData("object.metadata.labels['it\\'s'] == 'a'")]
    [InlineData("object.metadata.labels['app'].startsWith('a')")]
    [InlineData("oldObject.metadata.labels['app'] == 'a'")]
    [InlineData("request.operation == 'CREATE'")]
    [InlineData("object.spec.containers.all(c, c.image == 'a')")]
    [InlineData("has(object)")]
    [InlineData("!true")]
    [InlineData("object.in.labels['a'] == 'b'")]
    public void Compile_WhatIsNotEvaluated_IsRefused(string expression) => Assert.Throws<ConditionSyntaxException>(() => MatchExpression.Compile(expression));

    [Fact]
    public void Compile_ParenthesesWithoutEnd_AreRefusedBeforeTheStackIs() =>
        Assert.Throws<ConditionSyntaxException>(() => MatchExpression.Compile(new string('(', 100_000)));

    private static bool? Evaluate(string expression) => MatchExpression.Compile(expression)(JsonNode.Parse(Labelled)!.AsObject());
}

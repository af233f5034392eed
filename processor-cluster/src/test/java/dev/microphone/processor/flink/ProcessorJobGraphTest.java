package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.transport.link.KeyGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What Flink is given; nothing runs. */
final class ProcessorJobGraphTest {
    private static final ShardSettings SETTINGS = new ShardSettings(
            "test",
            "127.0.0.1",
            40_000,
            1,
            List.of("127.0.0.1:39999"),
            null,
            5_000,
            1_000,
            true,
            ChainSpec.NONE,
            Map.of(),
            null,
            List.of(),
            false,
            PluginLimits.defaults(),
            0,
            FaultPolicy.DEFAULT);

    private static StreamGraph graph(int parallelism) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        environment.setParallelism(parallelism);
        ProcessorJob.build(environment, SETTINGS);
        return environment.getStreamGraph();
    }

    @Test
    void shouldBeOneTaskASubtask() {
        JobGraph graph = graph(2).getJobGraph();
        List<JobVertex> vertices = new ArrayList<>();
        graph.getVertices().forEach(vertices::add);
        assertEquals(1, vertices.size(), vertices.toString());
        JobVertex vertex = vertices.get(0);
        assertEquals("Source: agents -> chain -> routers: Writer", vertex.getName());
        assertEquals(128, vertex.getMaxParallelism());
        assertEquals(2, vertex.getParallelism());
        assertTrue(vertex.getInputs().isEmpty());
        assertEquals(3, vertex.getOperatorIDs().size());
    }

    /** Without one a savepoint fits no other version of the job. */
    @Test
    void shouldGiveEveryOperatorAnIdThatStays() {
        Map<String, String> uids = graph(2).getStreamNodes().stream()
                .collect(Collectors.toMap(
                        StreamNode::getOperatorName, node -> String.valueOf(node.getTransformationUID())));
        assertEquals(Map.of("Source: agents", "agents", "chain", "chain", "routers: Writer", "routers"), uids);
    }

    @Test
    void shouldCopyNoFrameBetweenOperatorsAndHaveASourceInEachSubtask() {
        StreamGraph graph = graph(3);
        assertTrue(graph.getExecutionConfig().isObjectReuseEnabled());
        assertTrue(graph.isChainingEnabled());
        for (StreamNode node : graph.getStreamNodes()) {
            assertEquals(3, node.getParallelism(), node.getOperatorName());
            assertEquals(128, node.getMaxParallelism(), node.getOperatorName());
        }
        StreamNode source = graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorName().startsWith("Source"))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(source.getId()), List.copyOf(graph.getSourceIDs()));
    }

    @Test
    void shouldPutStreamsWhereFlinkPutsTheirKeys() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long streamId = random.nextLong();
            int keyGroup = KeyGroups.of(streamId);
            assertEquals(KeyGroupRangeAssignment.assignToKeyGroup(streamId, 128), keyGroup);
            for (int shards : new int[] {1, 2, 3, 7, 128}) {
                assertEquals(
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(streamId, 128, shards),
                        KeyGroups.shardOf(keyGroup, shards));
            }
        }
    }
}

/**
 * What a Java method is written against: implement {@link colmenar.bean.JavaMethod}, give the bean
 * a {@code @Named} name, and define a method of kind {@code java} for it.
 */
@NullMarked
package colmenar.bean;

import org.jspecify.annotations.NullMarked;
